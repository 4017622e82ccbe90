import type { Job } from '../core/job.ts';
import type { Run } from '../core/run.ts';
import type { AttemptEnd, Followed, Follower, Trace } from '../core/trace.ts';
import { type DispatchSpan, dispatchSpan } from '../telemetry/dispatch-span.ts';

/** Makes a span of every attempt; `idOf` says what a job is called. */
export class AttemptSpans implements Follower {
  readonly #idOf: (job: Job) => string;

  constructor(idOf: (job: Job) => string) {
    this.#idOf = idOf;
  }

  began({ job, worker }: Run): Followed {
    const { attempts: attempt, trace, type } = job!;
    const about = { type: type.name, id: this.#idOf(job!), attempt, worker: worker.shownName };
    return new Spanned(dispatchSpan({ ...about, trace }), trace);
  }
}

class Spanned implements Followed {
  readonly trace: Trace | null;
  readonly #span: DispatchSpan | null;

  constructor(span: DispatchSpan | null, trace: Trace | null) {
    this.#span = span;
    this.trace = span === null ? trace : span.trace;
  }

  over(end: AttemptEnd): void {
    this.#span?.end(end === 'answered' ? null : end);
  }
}
