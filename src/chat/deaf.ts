import type { Job } from '../core/job.ts';
import type { EndedJob } from '../core/journal.ts';
import type { ClientOutbox, Refusal } from '../core/outbox.ts';

/** A client within the broker that hears nothing of what it does not listen to. */
export class Deaf implements ClientOutbox {
  answer(_job: Job): void {}
  part(): void {}
  accept(): void {}
  acceptKept(_call: number, _job: Job): void {}
  acceptEnded(): void {}
  answerKept(_call: number, _job: Job): void {}
  answerEnded(_call: number, _ended: EndedJob): void {}
  partKept(): void {}
  subscribed(): void {}
  delivered(): void {}
  chat(): void {}
  again(): void {}
  refuse(_call: number, _code: Refusal): void {}
  closing(): void {}
}
