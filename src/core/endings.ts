import type { Client } from './client.ts';
import { Ending, type Job, JobState, stampOf } from './job.ts';
import type { Keys } from './keys.ts';
import type { Ledger } from './ledger.ts';
import type { Lives } from './lives.ts';
import type { Records } from './records.ts';
import type { State } from './state.ts';
import type { Waiting } from './waiting.ts';

/** How jobs end: once, with one answer, which is kept until its client has received it. */
export class Endings {
  readonly #state: State;
  readonly #waiting: Waiting;
  readonly #keys: Keys;
  readonly #ledger: Ledger;
  readonly #records: Records;
  readonly #lives: Lives;

  constructor(
    state: State,
    waiting: Waiting,
    keys: Keys,
    ledger: Ledger,
    records: Records,
    lives: Lives,
  ) {
    this.#state = state;
    this.#waiting = waiting;
    this.#keys = keys;
    this.#ledger = ledger;
    this.#records = records;
    this.#lives = lives;
  }

  /**
   * Ends a job that waits nowhere and runs nowhere any more. Where the ending has a body, it stands in the
   * job already.
   */
  end(now: number, job: Job, ending: Ending): void {
    job.state = ending === Ending.DEAD ? JobState.DEAD : JobState.DONE;
    job.ending = ending;
    const { rare } = job;
    if (rare?.expiry) this.#state.expiries.remove(rare.expiry);
    if (rare?.life) this.#lives.ended(now, job, rare.life);
    const counts = job.type.counts;
    counts.ends[ending]!++;
    if (ending <= Ending.FAILED) counts.answer.observe((stampOf(now) - job.submittedAt) | 0);
    else this.#state.slabs.release(job);
    if (job.keep === null) this.deliver(job);
    else this.#endKept(now, job);
  }

  /** Says the answer to the client, if it is there; otherwise it is kept. */
  deliver(job: Job): void {
    const client = job.client;
    if (client.outbox === null) return;
    client.outbox.answer(job);
    if (client.instance === '') {
      this.forget(job);
      return;
    }
    client.sent(job);
    if (client.unreceivedBytes > this.#state.settings.unreceivedBytesMax) {
      this.#state.overfull.add(client);
    }
  }

  /** The client has received all up to the `count`-th answer of this session. */
  received(client: Client, count: number): void {
    for (; client.received < count; client.received++) {
      const job = client.shift();
      if (job === null) return;
      this.forget(job);
    }
  }

  #endKept(now: number, job: Job): void {
    this.#records.ended(now, job);
    this.#ledger.ended(now, job);
    const next = this.#keys.leave(job);
    if (next?.state === JobState.WAITING && next.rare?.aside) this.#waiting.release(now, next);
  }

  forget(job: Job): void {
    this.#state.slabs.release(job);
    const { client } = job;
    if (client.calls.delete(job)) this.#state.jobs--;
    client.repeated?.delete(job);
  }
}
