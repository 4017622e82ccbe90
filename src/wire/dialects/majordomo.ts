/** Majordomo's frames, in the three forms that are spoken in the field: MDP 0.1, MDP 0.2 as its RFC has it, and majortomo's. */

import { FRAMES_MAX } from '../frames-body.ts';

const EMPTY = new Uint8Array(0);
const NAME_BYTES = 6;

/** What a worker and the broker say to each other, whatever the number of it is in a form. */
export type Command = 'ready' | 'request' | 'partial' | 'final' | 'heartbeat' | 'disconnect';

/** A form in which clients speak. */
export interface ClientForm {
  readonly dialect: string;
  /** The service that is asked and the frames of the body; null when the frames are none of this form. */
  read(frames: readonly Uint8Array[]): { service: Uint8Array; body: Uint8Array[] } | null;
  /** The answer, or a part of it; null where the form has no parts. */
  write(
    isFinal: boolean,
    service: Uint8Array,
    body: readonly Uint8Array[],
  ): readonly Uint8Array[] | null;
}

/** A form in which workers speak. */
export interface WorkerForm {
  readonly dialect: string;
  /** The command and what stands behind it; null when the frames are none of this form. */
  read(frames: readonly Uint8Array[]): { command: Command; rest: Uint8Array[] } | null;
  write(command: Command, ...rest: readonly Uint8Array[]): Uint8Array[];
}

/** The form in which a client speaks whose first frames these are, or null. */
export function clientFormOf(frames: readonly Uint8Array[]): ClientForm | null {
  return clientForms.find((form) => form.begins(frames)) ?? null;
}

/** The form in which a worker speaks whose first frames these are, or null. */
export function workerFormOf(frames: readonly Uint8Array[]): WorkerForm | null {
  return workerForms.find((form) => form.begins(frames)) ?? null;
}

/** What stands in front of every message of a form: an empty frame or none, and the protocol's name. */
abstract class Form {
  readonly dialect: string;
  readonly #head: readonly Uint8Array[];
  readonly #name: string;

  constructor(dialect: string, name: string, hasDelimiter: boolean) {
    this.dialect = dialect;
    this.#name = name;
    const bytes = Buffer.from(name);
    this.#head = hasDelimiter ? [EMPTY, bytes] : [bytes];
  }

  begins(frames: readonly Uint8Array[]): boolean {
    const at = this.#head.length - 1;
    const name = frames[at];
    if (name?.length !== NAME_BYTES || (at === 1 && frames[0]!.length > 0)) return false;
    return Buffer.from(name).toString('latin1') === this.#name;
  }

  /** What stands behind the name; null when that is not there, or the frames are too many. */
  protected behind(frames: readonly Uint8Array[]): Uint8Array[] | null {
    return this.begins(frames) && frames.length <= FRAMES_MAX
      ? frames.slice(this.#head.length)
      : null;
  }

  protected withHead(...frames: readonly Uint8Array[]): Uint8Array[] {
    return [...this.#head, ...frames];
  }
}

/** MDP 0.1: neither commands nor parts. */
class PlainClientForm extends Form implements ClientForm {
  read(frames: readonly Uint8Array[]) {
    const [service, ...body] = this.behind(frames) ?? [];
    return service === undefined ? null : { service, body };
  }

  write(isFinal: boolean, service: Uint8Array, body: readonly Uint8Array[]) {
    return isFinal ? this.withHead(service, ...body) : null;
  }
}

/** What MDP 0.2 calls REQUEST, PARTIAL and FINAL between clients and the broker. */
type Numbers = readonly [request: number, partial: number, final: number];

/** MDP 0.2. */
class ClientFormWithParts extends Form implements ClientForm {
  readonly #request: number;
  readonly #partial: Uint8Array;
  readonly #final: Uint8Array;
  readonly #namesService: boolean;

  constructor(dialect: string, hasDelimiter: boolean, numbers: Numbers = [0x01, 0x02, 0x03]) {
    super(dialect, 'MDPC02', hasDelimiter);
    const [request, partial, final] = numbers;
    this.#request = request;
    this.#partial = Uint8Array.of(partial);
    this.#final = Uint8Array.of(final);
    this.#namesService = !hasDelimiter;
  }

  read(frames: readonly Uint8Array[]) {
    const [command, service, ...body] = this.behind(frames) ?? [];
    if (service === undefined || command!.length !== 1 || command![0] !== this.#request)
      return null;
    return { service, body };
  }

  write(isFinal: boolean, service: Uint8Array, body: readonly Uint8Array[]) {
    const command = isFinal ? this.#final : this.#partial;
    return this.withHead(command, ...(this.#namesService ? [service] : []), ...body);
  }
}

/** majortomo itself: its clients and its broker use the workers' numbers. */
class MajortomoClientForm extends ClientFormWithParts {
  constructor() {
    super('majortomo', true, [0x02, 0x03, 0x04]);
  }

  override begins(frames: readonly Uint8Array[]): boolean {
    return super.begins(frames) && frames[2]?.[0] === 0x02;
  }
}

/** Both versions; they number their commands in different ways. */
class NumberedWorkerForm extends Form implements WorkerForm {
  readonly #commands: readonly Command[];

  /** The command that is written 0x01 first. */
  constructor(dialect: string, name: string, hasDelimiter: boolean, commands: readonly Command[]) {
    super(dialect, name, hasDelimiter);
    this.#commands = commands;
  }

  read(frames: readonly Uint8Array[]) {
    const [number, ...rest] = this.behind(frames) ?? [];
    const command = number?.length === 1 ? this.#commands[number[0]! - 1] : undefined;
    return command === undefined ? null : { command, rest };
  }

  write(command: Command, ...rest: readonly Uint8Array[]): Uint8Array[] {
    return this.withHead(Uint8Array.of(this.#commands.indexOf(command) + 1), ...rest);
  }
}

const COMMANDS_1 = ['ready', 'request', 'final', 'heartbeat', 'disconnect'] as const;
const COMMANDS_2 = ['ready', 'request', 'partial', 'final', 'heartbeat', 'disconnect'] as const;

const clientForms = [
  new PlainClientForm('mdp-0.1', 'MDPC01', true),
  new ClientFormWithParts('mdp-0.2', false),
  new MajortomoClientForm(),
  new ClientFormWithParts('majortomo', true),
] as const;

const workerForms = [
  new NumberedWorkerForm('mdp-0.1', 'MDPW01', true, COMMANDS_1),
  new NumberedWorkerForm('mdp-0.2', 'MDPW02', false, COMMANDS_2),
  new NumberedWorkerForm('majortomo', 'MDPW02', true, COMMANDS_2),
] as const;
