import type { Broker } from '../core/broker.ts';
import type { ChannelKeeper, Publication } from '../core/channels.ts';
import { Client } from '../core/client.ts';
import { type KeptSubmit, plainSubmit, type Submit } from '../core/intake.ts';
import { Ending, type Job } from '../core/job.ts';
import type { EndedJob } from '../core/journal.ts';
import { isDurable, Level } from '../core/keep.ts';
import type { ClientOutbox, Refusal } from '../core/outbox.ts';
import { Slab } from '../core/slab.ts';
import { bodyOf, deliveryOf, numberIn } from './chat-job.ts';
import { Lane } from './lane.ts';
import { NOTES, type Notes } from './notes.ts';
import { refusalOf } from './refusals.ts';
import type { Room } from './room.ts';
import type { Rooms } from './rooms.ts';
import type { Saying } from './saying.ts';
import { failureOf, readVerdict, type Verdict } from './verdict.ts';

/** The type of the jobs that messages are. */
export const CHAT_TYPE = 'chat';
/** What is said in a transient room is of no use later. */
const TRANSIENT_MS = 60_000;

const decoder = new TextDecoder();

/** A job that carries what was said, until it has ended. */
interface Carried {
  readonly room: Room;
  readonly part: number;
  readonly sayings: readonly Saying[];
  /** Of a transient room. */
  readonly lane: Lane | null;
  /** It may have been handed in before. */
  readonly again: boolean;
}

/** What a worker says itself. */
export type OnReply = (room: Room, from: string, text: string, key: string) => void;

/** Turns what is said into jobs of type `chat`, and what their workers publish into deliveries. */
export class FanOut implements ClientOutbox, ChannelKeeper {
  readonly prefix = NOTES;
  /** What members were given. */
  deliveries = 0;
  readonly #broker: Broker;
  readonly #rooms: Rooms;
  readonly #notes: Notes;
  readonly #client: Client;
  readonly #onReply: OnReply;
  readonly #onEnd: (saying: Saying) => void;
  readonly #carried = new Map<number, Carried>();
  readonly #callOf = new Map<string, number>();
  readonly #lanes = new Map<Room, Lane[]>();
  readonly #ready = new Set<Lane>();
  #lastCall = 0;
  #isDoubtful = false;

  constructor(
    broker: Broker,
    rooms: Rooms,
    notes: Notes,
    onReply: OnReply,
    onEnd: (saying: Saying) => void,
  ) {
    this.#broker = broker;
    this.#rooms = rooms;
    this.#notes = notes;
    this.#onReply = onReply;
    this.#onEnd = onEnd;
    this.#client = new Client('', CHAT_TYPE, CHAT_TYPE, broker.state.takeNumber(), this);
    broker.channels.keep(this);
  }

  /** Whether somebody is there who does the jobs. */
  get hasWorkers(): boolean {
    return (this.#broker.state.types.get(CHAT_TYPE)?.fleet.members.size ?? 0) > 0;
  }

  /** Hands it in; `again`: it may have been before. */
  say(now: number, saying: Saying, again: boolean): void {
    const { room } = saying;
    const parts = Math.max(1, room.channel.parts.length);
    saying.open = parts;
    if (room.isKept) {
      for (let part = 0; part < parts; part++) this.#submitKept(now, saying, part, parts, again);
      return;
    }
    const lanes = this.#lanesOf(room, parts);
    for (const lane of lanes) {
      lane.add(saying);
      this.#ready.add(lane);
    }
    saying.sent(false);
  }

  /** Whether so much waits in the room already that nothing more is taken. */
  isFull(room: Room): boolean {
    return this.#lanes.get(room)?.some((lane) => lane.isFull) ?? false;
  }

  /** Hands in what was said since the last jobs left. */
  tick(now: number): void {
    if (this.#isDoubtful) {
      this.#isDoubtful = false;
      for (const [id, call] of this.#callOf) this.#broker.attach(now, this.#client, call, id);
    }
    for (const lane of this.#ready) {
      this.#ready.delete(lane);
      if (lane.isBusy) continue;
      if (lane.isEmpty) this.#lanes.delete(lane.room);
      else this.#submit(now, lane);
    }
  }

  /** Whether `tick` has something to do. */
  get isDue(): boolean {
    return this.#ready.size > 0 || this.#isDoubtful;
  }

  published(now: number, job: Job, publication: Publication): void {
    const carried = this.#carriedBy(job);
    const room = carried?.room ?? this.#rooms.get(publication.channel.slice(this.prefix.length));
    if (room === null) return;
    const saying = carried?.sayings.find(({ message }) => message.seq === publication.seq);
    if (carried !== undefined && saying === undefined) return;
    const delivery = deliveryOf(publication, saying, isDurable(job));
    const { bytes, offset, length } = publication;
    const text = () => decoder.decode(bytes.subarray(offset, offset + length));
    const to = room.publish(delivery, this.#partOf(job, carried), text);
    if (saying !== undefined) saying.to += to;
    this.deliveries += to;
    this.#rooms.stir(now, room);
  }

  answer(job: Job): void {
    this.#ended(job.call, job);
  }

  answerKept(call: number, job: Job): void {
    this.#ended(call, job);
  }

  answerEnded(call: number, _ended: EndedJob): void {
    this.#close(call, true);
  }

  acceptKept(call: number, job: Job): void {
    const carried = this.#carried.get(call);
    for (const saying of carried?.sayings ?? []) {
      // It may be a job since an earlier life of the broker, under the number that it had then.
      if (carried!.again && job.open) saying.renumber(numberIn(job));
      saying.sent(isDurable(job));
    }
  }

  acceptEnded(): void {}

  refuse(call: number, code: Refusal): void {
    for (const saying of this.#carried.get(call)?.sayings ?? []) {
      if (code === 'CLOSING') saying.undo();
      else saying.fail(refusalOf(code));
    }
    this.#close(call, false);
  }

  part(): void {}
  partKept(): void {}
  accept(): void {}
  subscribed(): void {}
  delivered(): void {}
  chat(): void {}

  /** The store has failed: of every job that it keeps, it is to say anew what has become of it. */
  again(): void {
    this.#isDoubtful = true;
  }

  closing(): void {}

  #lanesOf(room: Room, parts: number): Lane[] {
    let lanes = this.#lanes.get(room);
    if (lanes === undefined) {
      lanes = [];
      this.#lanes.set(room, lanes);
    }
    while (lanes.length < parts) lanes.push(new Lane(room, lanes.length));
    return lanes;
  }

  #submit(now: number, lane: Lane): void {
    const { room, part } = lane;
    const sayings = lane.take();
    lane.isBusy = true;
    const call = this.#carry({ room, part, sayings, lane, again: false });
    const submit: Submit = { ...plainSubmit(call), expiresMs: TRANSIENT_MS };
    this.#handIn(now, submit, bodyOf(room, part, Math.max(1, room.channel.parts.length), sayings));
  }

  #submitKept(now: number, saying: Saying, part: number, parts: number, again: boolean): void {
    const { room, message } = saying;
    const call = this.#carry({ room, part, sayings: [saying], lane: null, again });
    const id = `chat-${message.id}-${message.n}-${part}`;
    this.#callOf.set(id, call);
    const kept: KeptSubmit = {
      id,
      level: this.#notes.isKept ? Level.DISK : Level.MEMORY,
      delayMs: 0,
      at: 0,
      deadline: 0,
      attemptsMax: 0,
      backoff: null,
      key: `${this.prefix}${part}/${room.key}`,
      follow: true,
      isNew: !again,
    };
    const submit = { ...plainSubmit(call), repeat: again, acceptWanted: true, kept };
    this.#handIn(now, submit, bodyOf(room, part, parts, [saying]));
  }

  #handIn(now: number, submit: Submit, bytes: Uint8Array): void {
    const type = this.#broker.state.typeOfKept(CHAT_TYPE);
    this.#broker.submit(
      now,
      this.#client,
      type,
      submit,
      new Slab(bytes, now, false),
      0,
      bytes.length,
    );
  }

  #carry(carried: Carried): number {
    this.#lastCall++;
    this.#carried.set(this.#lastCall, carried);
    return this.#lastCall;
  }

  #carriedBy(job: Job): Carried | undefined {
    if (job.keep === null)
      return job.client === this.#client ? this.#carried.get(job.call) : undefined;
    return this.#carried.get(this.#callOf.get(job.keep.kept.id) ?? 0);
  }

  /** The part of the room that is reached: of jobs of an earlier life the first reaches all, and the others nobody. */
  #partOf(job: Job, carried: Carried | undefined): number {
    if (carried !== undefined) return carried.part;
    return job.keep?.kept.key.startsWith(`${this.prefix}0/`) ? -1 : Number.MAX_SAFE_INTEGER;
  }

  #ended(call: number, job: Job): void {
    const carried = this.#carried.get(call);
    if (carried === undefined) return;
    const answer = decoder.decode(job.slab.bytes.subarray(job.offset, job.offset + job.length));
    if (job.ending === Ending.OK) this.#conclude(carried, call, readVerdict(answer));
    else {
      const text = failureOf(job.ending === Ending.FAILED ? answer : '');
      for (const saying of carried.sayings) saying.fail('NOT_DONE', text === '' ? undefined : text);
    }
    this.#close(call, isDurable(job));
  }

  #conclude({ room, part, sayings }: Carried, call: number, verdict: Verdict): void {
    for (const saying of sayings) saying.notice ||= verdict.noticeFor(saying.message.seq);
    const isOfPeople = sayings.some(({ message }) => message.bot !== true);
    if (part > 0 || !isOfPeople) return;
    verdict.replies.forEach(({ from, text }, at) => {
      this.#onReply(room, from, text, `${call}.${at}`);
    });
  }

  /** The job of this call has ended. */
  #close(call: number, durable: boolean): void {
    const carried = this.#carried.get(call);
    if (carried === undefined) return;
    this.#carried.delete(call);
    const { sayings, lane, part } = carried;
    for (const saying of sayings) {
      if (saying.room.isKept)
        this.#callOf.delete(`chat-${saying.message.id}-${saying.message.n}-${part}`);
      if (saying.ended(durable)) this.#onEnd(saying);
    }
    if (lane === null) return;
    lane.isBusy = false;
    this.#ready.add(lane);
  }
}
