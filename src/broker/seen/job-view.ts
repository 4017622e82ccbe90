import type { Broker } from '../../core/broker.ts';
import type { Job } from '../../core/job.ts';
import { BackoffKind, type Kept } from '../../core/journal.ts';
import { nameIn } from '../../core/worker-mark.ts';
import type { FoundJob } from '../../store/store.ts';
import type { Attempt, Bytes, JobView, KeptOptions } from '../../view/jobs.ts';
import {
  attemptIn,
  begunAt,
  iso,
  knownOf,
  lineOfKnown,
  lineOfStored,
  lossesOfKnown,
  lossOf,
} from './job-line.ts';
import { dispatchesOf } from './life-view.ts';

const SHOWN_BYTES_MAX = 256 * 1024;

/** A job that only the core has. */
export function viewOfKnown(now: number, broker: Broker, job: Job): JobView {
  const { keep, slab, offset, length, open } = job;
  const bytes = bytesOf(slab.bytes.subarray(offset, offset + length));
  return {
    ...lineOfKnown(now, broker, job),
    options: keep === null ? null : optionsOf(keep.kept),
    attempt: attemptOfKnown(now, broker, job),
    losses: lossesOfKnown(now, broker, job),
    dispatches: dispatchesOf(broker, broker.inventory.idOf(job)),
    body: open ? bytes : null,
    answer: open ? null : bytes,
  };
}

/** A job that the store has; its losses are those that are durable. */
export function viewOfStored(now: number, broker: Broker, found: FoundJob): JobView {
  const known = knownOf(broker, found);
  const { job } = found;
  return {
    ...lineOfStored(now, broker, found),
    options: optionsOf(job.kept),
    attempt: known === null ? attemptOfStored(found) : attemptOfKnown(now, broker, known),
    losses: job.losses.map(lossOf),
    dispatches: dispatchesOf(broker, job.kept.id),
    body: found.state === 'done' ? null : bytesOf(bodyOf(found)),
    answer: 'ending' in job ? bytesOf(job.answer) : null,
  };
}

/** The body of a job that still has one. */
export function bodyOf(found: FoundJob): Uint8Array {
  return 'body' in found ? found.body : found.job.body;
}

function attemptOfKnown(now: number, broker: Broker, job: Job): Attempt | null {
  if (job.run === null) return null;
  return { worker: job.run.worker.shownName, at: iso(begunAt(now, broker, job))! };
}

function attemptOfStored(found: FoundJob): Attempt | null {
  const attempt = attemptIn(found);
  return attempt === null ? null : { worker: nameIn(attempt.worker), at: iso(attempt.at)! };
}

function optionsOf(kept: Kept): KeptOptions {
  const { priority, answerTimeoutMs, attemptsMax, backoff, key, notBefore, deadline } = kept;
  const { ms, msMax, jitter } = backoff;
  const kind = backoff.kind === BackoffKind.FIXED ? 'fixed' : 'exponential';
  return {
    priority,
    answerTimeoutMs,
    attemptsMax,
    backoff: { kind, ms, msMax, jitter },
    key: key === '' ? null : key,
    notBefore: iso(notBefore),
    deadline: iso(deadline),
  };
}

function bytesOf(all: Uint8Array): Bytes {
  const shown = Buffer.from(all.subarray(0, SHOWN_BYTES_MAX));
  return { bytes: all.length, base64: shown.toString('base64'), text: textIn(shown) };
}

function textIn(bytes: Uint8Array): string | null {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return decoder.decode(bytes, { stream: true });
  } catch {
    return null;
  }
}
