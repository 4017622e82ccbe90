import type { Client } from './client.ts';
import { Ending, type Job, JobState, stampOf } from './job.ts';
import type { State } from './state.ts';

/** How jobs end: once, with one answer, which is kept until its client has received it. */
export class Endings {
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  /**
   * Ends a job that waits nowhere and runs nowhere any more. Where the ending has a body, it stands in the
   * job already.
   */
  end(now: number, job: Job, ending: Ending): void {
    job.state = ending === Ending.DEAD ? JobState.DEAD : JobState.DONE;
    job.ending = ending;
    const expiry = job.rare?.expiry;
    if (expiry) this.#state.expiries.remove(expiry);
    const counts = job.type.counts;
    counts.ends[ending]!++;
    if (ending <= Ending.FAILED) counts.answer.observe((stampOf(now) - job.submittedAt) | 0);
    else this.#state.slabs.release(job);
    this.deliver(job);
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

  forget(job: Job): void {
    this.#state.slabs.release(job);
    const { client } = job;
    if (client.calls.delete(job)) this.#state.jobs--;
    client.repeated?.delete(job);
  }
}
