import type { Broker } from '../core/broker.ts';
import type { ChannelKeeper, Publication } from '../core/channels.ts';
import { Client } from '../core/client.ts';
import { Deaf } from '../core/deaf.ts';
import { plainSubmit, type Submit } from '../core/intake.ts';
import { Ending, type Job } from '../core/job.ts';
import type { EndedJob } from '../core/journal.ts';
import { isDurable, Level } from '../core/keep.ts';
import type { Refusal } from '../core/outbox.ts';
import { Slab } from '../core/slab.ts';
import {
  bodyOf,
  type Carried,
  chatJobIn,
  deliveryOf,
  failAll,
  idOf,
  isOurs,
  keptOf,
  Reach,
} from './chat-job.ts';
import type { Lane } from './lane.ts';
import { Lanes } from './lanes.ts';
import { NOTES, type Notes } from './notes.ts';
import type { Person } from './person.ts';
import { refusalOf } from './refusals.ts';
import type { Room } from './room.ts';
import type { Rooms } from './rooms.ts';
import { Saying } from './saying.ts';
import { Settled } from './settled.ts';
import { readVerdict, type Verdict } from './verdict.ts';

/** The type of the jobs that messages are. */
const CHAT_TYPE = 'chat';
/** What is said in a transient room is of no use later. */
const TRANSIENT_MS = 60_000;

const decoder = new TextDecoder();

/** What a worker says itself. */
export type OnReply = (room: Room, from: string, text: string, key: string) => void;

/** Turns what is said into jobs of type `chat`, and what their workers publish into deliveries. */
export class FanOut extends Deaf implements ChannelKeeper {
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
  /** What is on its way in rooms that are kept, by what identifies it. */
  readonly #known = new Map<string, Saying>();
  readonly #lanes = new Lanes();
  readonly #settled: Settled;
  #lastCall = 0;

  constructor(
    broker: Broker,
    rooms: Rooms,
    notes: Notes,
    onReply: OnReply,
    onEnd: (saying: Saying) => void,
  ) {
    super();
    this.#broker = broker;
    this.#rooms = rooms;
    this.#notes = notes;
    this.#onReply = onReply;
    this.#onEnd = onEnd;
    this.#client = new Client('', CHAT_TYPE, CHAT_TYPE, broker.state.takeNumber(), this);
    this.#settled = new Settled(broker, this.#client);
    broker.channels.keep(this);
  }

  /** Whether somebody is there who does the jobs. */
  get hasWorkers(): boolean {
    return (this.#broker.state.types.get(CHAT_TYPE)?.fleet.members.size ?? 0) > 0;
  }

  /** Hands it in; `again`: it may have been before. */
  say(now: number, saying: Saying, again: boolean): void {
    const { room } = saying;
    if (!room.isKept) {
      saying.open = this.#lanes.add(saying);
      saying.sent(false);
      return;
    }
    this.#known.set(saying.id, saying);
    const parts = room.jobParts;
    saying.open = parts;
    for (let part = 0; part < parts; part++) this.#submitKept(now, saying, part, parts, again);
  }

  /** Whether the person has said it before, and it is on its way: then it is told what becomes of it. */
  takesUp(person: Person, n: number): boolean {
    const saying = this.#known.get(`${person.id}-${n}`);
    saying?.takeUp(person);
    return saying !== undefined;
  }

  /** Whether so much waits in the room already that nothing more is taken. */
  isFull(room: Room): boolean {
    return this.#lanes.isFull(room);
  }

  /** Hands in what was said since the last jobs left. */
  tick(now: number): void {
    for (let lane = this.#lanes.next(now); lane !== null; lane = this.#lanes.next(now)) {
      this.#submit(now, lane);
    }
  }

  /** What is said in transient rooms, and when it leaves. */
  get lanes(): Lanes {
    return this.#lanes;
  }

  /** Takes up what was on its way when an earlier life of the broker ended. */
  adopt(now: number): void {
    const jobs: Job[] = [];
    this.#broker.inventory.scan({ client: 0, at: 0 }, Number.POSITIVE_INFINITY, (job) => {
      if (job.open && isOurs(job)) jobs.push(job);
      return true;
    });
    jobs.sort((x, y) => x.keep!.kept.number - y.keep!.kept.number);
    for (const job of jobs) this.#adopt(now, job);
  }

  /** The store has failed and been read again: what it does not have of what is on its way is handed in anew. */
  restored(now: number): void {
    // What was given here, the store has as it stands here: that is not done again.
    this.#settled.revoke(now, () => ++this.#lastCall);
    for (const [call, carried] of this.#carried) {
      if (carried.lane !== null) continue;
      carried.isAgain = true;
      this.#handInKept(now, call, carried);
    }
  }

  published(now: number, job: Job, publication: Publication): void {
    const carried = this.#carriedBy(job);
    if (carried === undefined || carried.reach === Reach.NOBODY) return;
    const { room, reach, sayings, lane } = carried;
    const isIt = ({ message }: Saying) => lane === null || message.seq === publication.seq;
    const saying = sayings.find(isIt);
    if (saying === undefined) return;
    if (!saying.message.bot) saying.person ??= room.personOf(saying.message.id);
    const delivery = deliveryOf(publication, saying, isDurable(job));
    const { bytes, offset, length } = publication;
    const text = () => decoder.decode(bytes.subarray(offset, offset + length));
    const to = room.publish(delivery, reach, text);
    saying.to += to;
    this.deliveries += to;
    this.#rooms.stir(now, room);
  }

  override answer(job: Job): void {
    this.#ended(job.call, job);
  }

  override answerKept(call: number, job: Job): void {
    this.#ended(call, job);
  }

  override answerEnded(call: number, { ending, answer }: EndedJob): void {
    // Cancelled is what was given here when the store failed, which had no end of it (`restored`).
    const isDone = ending === Ending.OK || ending === Ending.CANCELLED;
    if (!isDone) failAll(this.#carried.get(call)?.sayings, ending, answer);
    this.#close(call, true);
  }

  override acceptKept(call: number, job: Job): void {
    if (this.#settled.ended(call)) return;
    for (const saying of this.#carried.get(call)?.sayings ?? []) saying.sent(isDurable(job));
  }

  override refuse(call: number, code: Refusal): void {
    const carried = this.#carried.get(call);
    // The store may have it: it is asked when it is open.
    const mayBeKept = carried?.isAgain || this.#settled.has(call);
    if (mayBeKept && (code === 'STORE_FAILED' || code === 'DISK_FULL')) return;
    if (this.#settled.ended(call)) return;
    for (const saying of carried?.sayings ?? []) {
      if (code === 'CLOSING') saying.undo();
      else saying.fail(refusalOf(code));
    }
    this.#close(call, false);
  }

  /** The store has failed: what becomes of the jobs is looked after when it is open. */
  override again(): void {
    for (const saying of this.#known.values()) saying.doubt();
  }

  #submit(now: number, lane: Lane): void {
    const { room, part } = lane;
    const parts = Math.max(1, room.channel.parts.length);
    const sayings = lane.take();
    lane.isBusy = true;
    const carried = { room, part, parts, reach: part, sayings, lane, id: '', isAgain: false };
    const call = this.#carry(carried);
    this.#handIn(now, { ...plainSubmit(call), expiresMs: TRANSIENT_MS }, carried);
  }

  #submitKept(now: number, saying: Saying, part: number, parts: number, isAgain: boolean): void {
    const { room } = saying;
    const where = { room, part, parts, reach: room.isWhole ? Reach.ALL : part };
    const id = idOf(saying, part);
    const carried = { ...where, sayings: [saying], lane: null, id, isAgain };
    this.#handInKept(now, this.#carry(carried), carried);
  }

  #handInKept(now: number, call: number, carried: Carried): void {
    const level = this.#notes.isKept ? Level.DISK : Level.MEMORY;
    const submit = { ...plainSubmit(call), repeat: carried.isAgain, acceptWanted: true };
    this.#handIn(now, { ...submit, kept: keptOf(carried, level) }, carried);
  }

  #handIn(now: number, submit: Submit, carried: Carried): void {
    const bytes = bodyOf(carried);
    const type = this.#broker.state.typeOfKept(CHAT_TYPE);
    const slab = new Slab(bytes, now, false);
    this.#broker.submit(now, this.#client, type, submit, slab, 0, bytes.length);
  }

  /** The parts of a room are others now: the job of the first reaches all, and those of the others nobody. */
  #adopt(now: number, job: Job): void {
    const { id } = job.keep!.kept;
    const { channel, kind, part, parts, messages } = chatJobIn(job);
    const message = messages[0]!;
    const room = this.#rooms.need(now, channel.slice(this.prefix.length), kind);
    if (room === null) return;
    const known = this.#known.get(`${message.id}-${message.n}`);
    const saying = known ?? new Saying(null, message.n, room, message, now);
    this.#known.set(saying.id, saying);
    saying.open++;
    saying.sent(true);
    room.passed(message.seq);
    room.isWhole = true;
    const reach = part === 0 ? Reach.ALL : Reach.NOBODY;
    const where = { room, part, parts, reach };
    const call = this.#carry({ ...where, sayings: [saying], lane: null, id, isAgain: true });
    this.#broker.lookups.attach(now, this.#client, call, id);
  }

  #carry(carried: Carried): number {
    const call = ++this.#lastCall;
    this.#carried.set(call, carried);
    if (carried.id !== '') this.#callOf.set(carried.id, call);
    return call;
  }

  #carriedBy(job: Job): Carried | undefined {
    if (job.keep !== null) return this.#carried.get(this.#callOf.get(job.keep.kept.id) ?? 0);
    return job.client === this.#client ? this.#carried.get(job.call) : undefined;
  }

  #ended(call: number, job: Job): void {
    const carried = this.#carried.get(call);
    const answer = job.slab.bytes.subarray(job.offset, job.offset + job.length);
    if (job.ending !== Ending.OK) failAll(carried?.sayings, job.ending, answer);
    else if (carried) this.#conclude(carried, call, readVerdict(decoder.decode(answer)));
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
    const { sayings, lane, id } = carried;
    this.#callOf.delete(id);
    if (durable) this.#settled.add(id);
    for (const saying of sayings) {
      if (!saying.ended(durable)) continue;
      this.#known.delete(saying.id);
      this.#onEnd(saying);
    }
    if (lane !== null) this.#lanes.done(lane);
  }
}
