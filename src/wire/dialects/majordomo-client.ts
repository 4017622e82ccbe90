import { randomUUID } from 'node:crypto';
import type { Client } from '../../core/client.ts';
import { Deaf } from '../../core/deaf.ts';
import { type KeptSubmit, plainSubmit } from '../../core/intake.ts';
import { Ending, type Job } from '../../core/job.ts';
import { Level } from '../../core/keep.ts';
import { NOTHING } from '../../core/slab.ts';
import { type ErrorCode, sentenceOf } from '../../errors.ts';
import type { Connection, Dialect, Door } from '../door.ts';
import { failureWords } from '../failure-words.ts';
import { bodyOfFrames, framesOfBody } from '../frames-body.ts';
import { isTypeName } from '../type-name.ts';
import { type ClientForm, clientFormOf } from './majordomo.ts';
import { mmi } from './mmi.ts';
import { Orphans } from './orphans.ts';
import { ReplyLine } from './reply-line.ts';
import { isReserved } from './reserved.ts';
import { Titanic } from './titanic.ts';

/** A call that is open. */
interface Asked {
  readonly service: Uint8Array;
  /** With --mdp-dedupe-ms: what it asked, and the id of its job. */
  readonly hash: string;
  readonly id: string;
}

/** What a call is answered when all is durable that it reveals, and what when that will never be. */
interface Promised {
  readonly call: number;
  readonly reply: readonly Uint8Array[];
  readonly failed: readonly Uint8Array[];
}

/**
 * A Majordomo client, of version 0.1 or 0.2: its requests are jobs of the type that the service names. Answers come as they are
 * ready, or in the order of the requests. What was not answered ends with words that begin with ERROR.
 */
class MajordomoClient extends Deaf implements Connection {
  readonly side = 'client';
  readonly dialect: string;
  readonly #door: Door;
  readonly #routingId: Uint8Array;
  readonly #form: ClientForm;
  readonly #orphans: Orphans;
  readonly #titanic: Titanic;
  readonly #line: ReplyLine;
  #client: Client;
  #calls = 0;
  readonly #asked = new Map<number, Asked>();
  #out: (readonly Uint8Array[])[] = [];
  #promised: Promised[] = [];

  constructor(door: Door, routingId: Uint8Array, form: ClientForm, orphans: Orphans) {
    super();
    this.#door = door;
    this.#routingId = Buffer.from(routingId);
    this.#form = form;
    this.#orphans = orphans;
    this.dialect = form.dialect;
    this.#client = this.#join();
    this.#line = new ReplyLine(door.settings.mdpOrdered, (message) => this.#write(message));
    this.#titanic = new Titanic(door.broker, door.settings.bodyBytesMax, (call, reply, failed) => {
      if (failed === undefined) this.#end(call, reply);
      else this.#promise({ call, reply, failed });
    });
  }

  receive(now: number, frames: Uint8Array[]): void {
    // It was dropped, and goes on all the same: with a new beginning.
    if (this.#client.outbox === null) this.#client = this.#join();
    const asked = this.#form.read(frames);
    if (asked === null) {
      this.#door.drop('mdp-frames');
      return;
    }
    const call = this.#calls++;
    const { service, body } = asked;
    const name = Buffer.from(service).toString();
    this.#asked.set(call, { service: Buffer.from(service), hash: '', id: '' });
    this.#line.begin(call);
    const told = mmi(this.#door.broker.state, name, body);
    if (told !== null) this.#end(call, [Buffer.from(told)]);
    else if (isReserved(name)) this.#titanic.serve(now, this.#client, call, name, body);
    else this.#submit(now, call, name, bodyOfFrames(body));
  }

  ended(now: number): void {
    this.dropped(now);
  }

  /** Whoever asks again within the time is given the jobs that run. */
  dropped(now: number): void {
    const until = now + this.#door.settings.mdpDedupeMs;
    for (const { hash, id } of this.#asked.values()) {
      if (id !== '') this.#orphans.add(hash, id, until);
    }
    this.#asked.clear();
    this.#line.clear();
    this.#door.broker.clientGone(now, this.#client);
  }

  pulse(now: number): void {
    this.#giveUpOrphans(now);
  }

  flush(): void {
    this.#send();
    for (const { call, reply, failed } of this.#promised.splice(0)) {
      const settle = (body: readonly Uint8Array[]) => {
        this.#end(call, body);
        this.#send();
      };
      this.#door.hold({ release: () => settle(reply), drop: () => settle(failed) });
    }
  }

  override answer(job: Job): void {
    this.#answered(job.call, job);
  }

  override answerKept(call: number, job: Job): void {
    this.#answered(call, job);
  }

  override part(
    job: Job,
    progress: boolean,
    bytes: Uint8Array,
    offset: number,
    length: number,
  ): void {
    this.partKept(job.call, job, progress, bytes, offset, length);
  }

  override partKept(
    call: number,
    _job: Job,
    progress: boolean,
    bytes: Uint8Array,
    offset: number,
    length: number,
  ): void {
    if (!progress) this.#say(call, false, framesOfBody(bytes.slice(offset, offset + length)));
  }

  override acceptKept(call: number): void {
    this.#titanic.taken(call);
  }

  override refuse(call: number, code: ErrorCode): void {
    if (!this.#titanic.refused(call)) this.#fail(call, `${code} ${sentenceOf(code)}`);
  }

  #submit(now: number, call: number, name: string, body: Uint8Array): void {
    const { bodyBytesMax, mdpExpiresMs: expiresMs } = this.#door.settings;
    const { broker } = this.#door;
    const type = isTypeName(name) ? broker.state.type(name) : null;
    if (type === null) this.#decline(call, isTypeName(name) ? 'TYPES_MAX' : 'TYPE_INVALID');
    else if (body.length > bodyBytesMax) this.#decline(call, 'BODY_TOO_LARGE');
    else {
      const kept = this.#keptFor(now, call, name, body);
      const slab = body.length === 0 ? NOTHING : broker.state.slabs.frame(now, body);
      const submit = { ...plainSubmit(call), expiresMs, kept };
      broker.submit(now, this.#client, type, submit, slab, 0, body.length);
    }
  }

  /** With --mdp-dedupe-ms a job outlives its client, and has an id by which it is found again. */
  #keptFor(now: number, call: number, name: string, body: Uint8Array): KeptSubmit | null {
    if (this.#door.settings.mdpDedupeMs === 0) return null;
    this.#giveUpOrphans(now);
    const hash = Orphans.hashOf(name, body);
    const again = this.#orphans.take(hash);
    const id = again ?? `mdp-${randomUUID()}`;
    this.#asked.set(call, { ...this.#asked.get(call)!, hash, id });
    const isNew = again === null;
    const times = { delayMs: 0, at: 0, deadline: 0 };
    const more = { attemptsMax: 0, backoff: null, key: '', isNew, follow: true };
    return { id, level: Level.MEMORY, ...times, ...more };
  }

  /** What nobody has asked for again in time is wanted by nobody. */
  #giveUpOrphans(now: number): void {
    const { inventory, operator } = this.#door.broker;
    for (const id of this.#orphans.expired(now)) {
      const job = inventory.find(id);
      if (job?.open) operator.cancel(now, job);
    }
  }

  #answered(call: number, job: Job): void {
    if (job.ending !== Ending.OK) {
      this.#fail(call, failureWords(job));
      return;
    }
    const { slab, offset, length } = job;
    const body = Uint8Array.prototype.slice.call(slab.bytes, offset, offset + length);
    this.#end(call, framesOfBody(body));
  }

  #fail(call: number, words: string): void {
    this.#end(call, [Buffer.from(`ERROR ${words}`)]);
  }

  #decline(call: number, code: ErrorCode): void {
    this.#door.broker.state.refused(code);
    this.#fail(call, `${code} ${sentenceOf(code)}`);
  }

  #end(call: number, body: readonly Uint8Array[]): void {
    this.#say(call, true, body);
    this.#asked.delete(call);
  }

  #promise(promised: Promised): void {
    this.#promised.push(promised);
    this.#door.wrote(this);
  }

  /** Nothing to a call that was given up with its connection. */
  #say(call: number, isFinal: boolean, body: readonly Uint8Array[]): void {
    const asked = this.#asked.get(call);
    if (asked === undefined) return;
    const message = this.#form.write(isFinal, asked.service, body);
    if (message !== null) this.#line.say(call, message, isFinal);
  }

  #write(message: readonly Uint8Array[]): void {
    if (this.#out.length === 0) this.#door.wrote(this);
    this.#out.push(message);
  }

  #send(): void {
    for (const frames of this.#out.splice(0)) this.#door.host.send(this.#routingId, [...frames]);
  }

  #join(): Client {
    return this.#door.broker.hello('', '', this.dialect, this);
  }
}

/** The dialect of a broker: clients that ask again find what clients before them have asked. */
export function majordomoClients(): Dialect {
  const orphans = new Orphans();
  return {
    recognises: (frames) => clientFormOf(frames) !== null,
    open: (door, routingId, frames) =>
      new MajordomoClient(door, routingId, clientFormOf(frames)!, orphans),
    turnAway(door, routingId, frames) {
      const form = clientFormOf(frames)!;
      const words = Buffer.from(`ERROR CONNECTIONS_MAX ${sentenceOf('CONNECTIONS_MAX')}`);
      const answer = form.write(true, form.read(frames)?.service ?? new Uint8Array(0), [words]);
      if (answer !== null) door.host.send(routingId, [...answer]);
    },
  };
}
