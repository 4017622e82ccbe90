import type { OpenDoors, Peer, Side } from './open-doors.ts';

/** The forms of Majordomo that are spoken in the field. */
export type Form = 'mdp-0.1' | 'mdp-0.2' | 'majortomo';
export const forms: readonly Form[] = ['mdp-0.1', 'mdp-0.2', 'majortomo'];

export type Command = 'READY' | 'REQUEST' | 'PARTIAL' | 'FINAL' | 'HEARTBEAT' | 'DISCONNECT';
type Frame = string | Uint8Array;

const CLIENT_HEAD: Record<Form, readonly string[]> = {
  'mdp-0.1': ['', 'MDPC01'],
  'mdp-0.2': ['MDPC02'],
  majortomo: ['', 'MDPC02'],
};
const WORKER_HEAD: Record<Form, readonly string[]> = {
  'mdp-0.1': ['', 'MDPW01'],
  'mdp-0.2': ['MDPW02'],
  majortomo: ['', 'MDPW02'],
};
const COMMANDS_2 = {
  READY: '\x01',
  REQUEST: '\x02',
  PARTIAL: '\x03',
  FINAL: '\x04',
  HEARTBEAT: '\x05',
  DISCONNECT: '\x06',
};
const COMMANDS: Record<Form, Partial<Record<Command, string>>> = {
  'mdp-0.1': {
    READY: '\x01',
    REQUEST: '\x02',
    FINAL: '\x03',
    HEARTBEAT: '\x04',
    DISCONNECT: '\x05',
  },
  'mdp-0.2': COMMANDS_2,
  majortomo: COMMANDS_2,
};

/** As ZeroMQ gives them. */
export function framesOf(...frames: readonly Frame[]): Buffer[] {
  return frames.map((frame) => Buffer.from(frame as string));
}

/** As a test compares them. */
export function textOf(frames: readonly Uint8Array[]): string[] {
  return frames.map((frame) => Buffer.from(frame).toString());
}

/** A Majordomo worker without a socket, from the tables of the RFCs. */
export class MdpWorker {
  readonly peer: Peer;
  readonly form: Form;
  /** What names the jobs it was given, the latest last. */
  readonly addresses: string[] = [];
  #read = 0;

  constructor(doors: OpenDoors, form: Form = 'mdp-0.1', side: Side = 'backend') {
    this.peer = doors.peer(side);
    this.form = form;
  }

  say(command: Command, ...frames: readonly Frame[]): this {
    this.peer.frames(framesOf(...WORKER_HEAD[this.form], COMMANDS[this.form][command]!, ...frames));
    return this;
  }

  ready(service = 'A'): this {
    return this.say('READY', service);
  }

  /** Answers the job it was given last. */
  final(...body: readonly Frame[]): this {
    this.heard();
    return this.say('FINAL', this.addresses.at(-1)!, '', ...body);
  }

  partial(...body: readonly Frame[]): this {
    this.heard();
    return this.say('PARTIAL', this.addresses.at(-1)!, '', ...body);
  }

  /** What it was told since it was asked the last time: a job as `REQUEST one|two`, anything else as its command. */
  heard(): string[] {
    const messages = this.peer.messages.slice(this.#read).map(textOf);
    this.#read += messages.length;
    return messages.map((message) => this.#word(message));
  }

  #word(message: readonly string[]): string {
    const head = WORKER_HEAD[this.form];
    const [number, ...rest] = message.slice(head.length);
    const [command] = Object.entries(COMMANDS[this.form]).find(([, each]) => each === number)!;
    const isWhole = head.every((frame, n) => message[n] === frame);
    if (!isWhole) throw new Error(`${this.form} is told ${message}`);
    if (command !== 'REQUEST') return [command, ...rest].join(' ');
    const [address, gap, ...body] = rest;
    if (gap !== '') throw new Error(`no empty frame before the body: ${message}`);
    this.addresses.push(address!);
    return `REQUEST ${body.join('|')}`;
  }
}

/** A Majordomo client without a socket. */
export class MdpClient {
  readonly peer: Peer;
  readonly form: Form;
  #read = 0;

  constructor(doors: OpenDoors, form: Form = 'mdp-0.1', side: Side = 'frontend') {
    this.peer = doors.peer(side);
    this.form = form;
  }

  request(service: string, ...body: readonly Frame[]): this {
    const command = { 'mdp-0.1': [], 'mdp-0.2': ['\x01'], majortomo: ['\x02'] }[this.form];
    this.peer.frames(framesOf(...CLIENT_HEAD[this.form], ...command, service, ...body));
    return this;
  }

  /** What it was answered since it was asked the last time: `one|two`, and a part of an answer as `PARTIAL one|two`. */
  heard(): string[] {
    const messages = this.peer.messages.slice(this.#read).map(textOf);
    this.#read += messages.length;
    return messages.map((message) => this.#word(message));
  }

  #word(message: readonly string[]): string {
    const behind = message.slice(CLIENT_HEAD[this.form].length);
    if (this.form === 'mdp-0.1') return behind.slice(1).join('|');
    const isMajortomo = this.form === 'majortomo';
    const body = behind.slice(isMajortomo ? 1 : 2).join('|');
    return behind[0] === (isMajortomo ? '\x03' : '\x02') ? `PARTIAL ${body}` : body;
  }
}
