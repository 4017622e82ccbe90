import { randomUUID } from 'node:crypto';
import type { Broker } from '../../core/broker.ts';
import type { Client } from '../../core/client.ts';
import { type KeptSubmit, plainSubmit } from '../../core/intake.ts';
import { Ending, Job } from '../../core/job.ts';
import type { EndedJob } from '../../core/journal.ts';
import { Level } from '../../core/keep.ts';
import type { Teller } from '../../core/lookups.ts';
import { bodyOfFrames, framesOfBody } from '../frames-body.ts';
import { isTypeName } from '../type-name.ts';
import { isReserved } from './reserved.ts';

const STATUS = { OK: '200', PENDING: '300', UNKNOWN: '400', ERROR: '500' } as const;
type Status = (typeof STATUS)[keyof typeof STATUS];

const UUID = /^[0-9a-f]{32}$/i;

/** Says what is answered to a call: at once; or when all is durable that it reveals, and `failed` when that will never be. */
export type Tell = (
  call: number,
  reply: readonly Uint8Array[],
  failed?: readonly Uint8Array[],
) => void;

/**
 * Titanic's three services, on durable jobs: a request is one, its UUID the job's id. It outlives its client, its worker and the
 * broker; its answer is asked for, as often as one likes, until it is closed or forgotten.
 */
export class Titanic {
  readonly #broker: Broker;
  readonly #bodyBytesMax: number;
  readonly #tell: Tell;
  /** Requests that are being taken: the UUID that each call will be told. */
  readonly #taking = new Map<number, string>();

  constructor(broker: Broker, bodyBytesMax: number, tell: Tell) {
    this.#broker = broker;
    this.#bodyBytesMax = bodyBytesMax;
    this.#tell = tell;
  }

  /** Serves a call to one of the services. */
  serve(
    now: number,
    client: Client,
    call: number,
    service: string,
    body: readonly Uint8Array[],
  ): void {
    if (service === 'titanic.request') this.#request(now, client, call, body);
    else if (service === 'titanic.reply') this.#reply(now, call, body);
    else this.#close(now, call, body);
  }

  /** The job of a request has been taken; whether the call was one. */
  taken(call: number): boolean {
    const uuid = this.#taking.get(call);
    this.#taking.delete(call);
    if (uuid !== undefined) this.#promise(call, [Buffer.from(uuid)]);
    return uuid !== undefined;
  }

  /** It was refused; whether the call was one. */
  refused(call: number): boolean {
    const isOurs = this.#taking.delete(call);
    if (isOurs) this.#say(call, STATUS.ERROR);
    return isOurs;
  }

  #request(
    now: number,
    client: Client,
    call: number,
    [service, ...frames]: readonly Uint8Array[],
  ): void {
    const name = Buffer.from(service ?? []).toString();
    const { state } = this.#broker;
    const type = isTypeName(name) && !isReserved(name) ? state.type(name) : null;
    const body = bodyOfFrames(frames);
    if (type === null || body.length > this.#bodyBytesMax) {
      this.#say(call, STATUS.ERROR);
      return;
    }
    const uuid = randomUUID().replaceAll('-', '');
    this.#taking.set(call, uuid);
    const submit = { ...plainSubmit(call), acceptWanted: true, kept: keptSubmit(uuid) };
    this.#broker.submit(now, client, type, submit, state.slabs.frame(now, body), 0, body.length);
  }

  #reply(now: number, call: number, body: readonly Uint8Array[]): void {
    this.#find(now, body, (found) => {
      if (found === null) this.#say(call, STATUS.UNKNOWN);
      else if (typeof found === 'string') this.#say(call, STATUS.ERROR);
      else if (found instanceof Job && found.open) this.#say(call, STATUS.PENDING);
      else if (found.ending !== Ending.OK) this.#say(call, STATUS.ERROR);
      else this.#say(call, STATUS.OK, framesOfBody(answerOf(found)));
    });
  }

  /** What has not ended is taken back; then nothing of it is remembered. */
  #close(now: number, call: number, body: readonly Uint8Array[]): void {
    this.#find(now, body, (found, then) => {
      const refusal = typeof found === 'string' ? found : this.#discard(then, found);
      if (refusal === null) this.#promise(call, []);
      else this.#say(call, STATUS.ERROR);
    });
  }

  #discard(now: number, found: Job | EndedJob | null): string | null {
    if (found === null) return null;
    const { operator } = this.#broker;
    if (!(found instanceof Job)) return operator.drop(found);
    const { kept } = found.keep!;
    if (found.open) operator.cancel(now, found);
    return operator.drop({ kept });
  }

  #say(call: number, status: Status, frames: readonly Uint8Array[] = []): void {
    this.#tell(call, [Buffer.from(status), ...frames]);
  }

  /** That all went well, when it is durable that it did. */
  #promise(call: number, frames: readonly Uint8Array[]): void {
    this.#tell(call, [Buffer.from(STATUS.OK), ...frames], [Buffer.from(STATUS.ERROR)]);
  }

  #find(now: number, [uuid]: readonly Uint8Array[], tell: Teller): void {
    const id = Buffer.from(uuid ?? []).toString('latin1');
    if (!UUID.test(id)) tell(null, now);
    else {
      this.#broker.lookups.inquire(now, id.toLowerCase(), (found, then) =>
        tell(isElse(found) ? null : found, then),
      );
    }
  }
}

/** A job at level memory: somebody else's, under an id that looks like a UUID. */
function isElse(found: Parameters<Teller>[0]): boolean {
  return found instanceof Job && found.keep?.durable !== true;
}

function keptSubmit(id: string): KeptSubmit {
  return {
    id,
    level: Level.DISK,
    delayMs: 0,
    at: 0,
    deadline: 0,
    attemptsMax: 0,
    backoff: null,
    key: '',
    isNew: true,
    follow: false,
  };
}

function answerOf(found: Job | EndedJob): Uint8Array {
  if (!(found instanceof Job)) return found.answer;
  const { slab, offset, length } = found;
  return slab.bytes.slice(offset, offset + length);
}
