import type { Job } from './job.ts';
import type { EndedJob } from './journal.ts';
import type { ClientOutbox, Refusal } from './outbox.ts';

/** The outbox of a client that hears nothing but what it listens to: most dialects have no words for most of it. */
export class Deaf implements ClientOutbox {
  answer(_job: Job): void {}
  part(_job: Job, _progress: boolean, _bytes: Uint8Array, _offset: number, _length: number): void {}
  accept(): void {}
  acceptKept(_call: number, _job: Job): void {}
  acceptEnded(): void {}
  answerKept(_call: number, _job: Job): void {}
  answerEnded(_call: number, _ended: EndedJob): void {}
  partKept(
    _call: number,
    _job: Job,
    _progress: boolean,
    _bytes: Uint8Array,
    _offset: number,
    _length: number,
  ): void {}
  subscribed(): void {}
  delivered(): void {}
  chat(_word: Uint8Array, _durable: boolean): void {}
  again(): void {}
  refuse(_call: number, _code: Refusal): void {}
  closing(): void {}
}
