import fc from 'fast-check';
import { Ending } from '../../../src/core/job.ts';
import type { Journal, Kept } from '../../../src/core/journal.ts';
import type { Trace } from '../../../src/core/trace.ts';
import type { ModelStore } from './model.ts';

/** A step of a random history; which job it meets and what it says is drawn from `seed`. */
export interface Step {
  readonly what:
    | 'submit'
    | 'attempt'
    | 'lose'
    | 'end'
    | 'revive'
    | 'drop'
    | 'commit'
    | 'fold'
    | 'reopen';
  readonly seed: number;
}

/** Histories: most steps are about jobs, some make them durable, fold them, or close the store and open it again. */
export function histories(length: number): fc.Arbitrary<readonly Step[]> {
  const of = (what: Step['what'], weight: number) => ({ arbitrary: fc.constant(what), weight });
  const what = fc.oneof(
    of('submit', 6),
    of('attempt', 6),
    of('lose', 3),
    of('end', 4),
    of('revive', 2),
    of('drop', 1),
    of('commit', 4),
    of('fold', 1),
    of('reopen', 1),
  );
  return fc.array(fc.record({ what, seed: fc.nat(1_000_000) }), { maxLength: length });
}

/** Whether a step is one of the store and not of a job. */
export function isOfStore({ what }: Step): boolean {
  return what === 'commit' || what === 'fold' || what === 'reopen';
}

/** Records a step in a journal and in the model; what no job can do now is left out. */
export function record(step: Step, journal: Journal, model: ModelStore): void {
  const { seed } = step;
  if (isOfStore(step)) return;
  const both = (tell: (journal: Journal) => void) => {
    tell(journal);
    tell(model);
  };
  const bytes = bytesOf(seed);
  if (step.what === 'submit') {
    const kept = keptOf(model.highestNumber + 1 + (seed % 3), seed);
    both((each) => each.submitted(kept, bytes, 1, bytes.length - 1));
    return;
  }
  const fitting = [...model.jobs.values()].filter((job) => fits(step.what, job));
  const job = fitting[seed % Math.max(1, fitting.length)];
  if (job === undefined) return;
  const number = job.kept.number;
  const worker = `worker-${seed % 5}`;
  const attempt = job.attempts + (step.what === 'attempt' ? 1 : 0);
  if (step.what === 'attempt') {
    const fence = model.highestFence + 1;
    both((each) => each.attempt(number, { attempt, worker, fence, at: seed }));
  } else if (step.what === 'lose') {
    const loss = { attempt, worker, cause: 'worker-gone', message: `ü${seed}`, at: seed } as const;
    const counts = {
      charged: seed % 7,
      losses: seed % 3,
      suspect: seed % 2 === 0,
      notBefore: seed,
    };
    both((each) => each.lost(number, { ...loss, ...counts }));
  } else if (step.what === 'end') {
    const ending = (seed % 5) as Ending;
    both((each) => each.ended(number, ending, attempt, seed, bytes, 0, bytes.length));
  } else if (step.what === 'revive') both((each) => each.revived(number, seed));
  else both((each) => each.dropped(number));
}

type Entry = ModelStore['jobs'] extends Map<number, infer E> ? E : never;

function fits(what: Step['what'], { open, end }: Entry): boolean {
  if (what === 'attempt') return end === null && open === null;
  if (what === 'lose') return open !== null;
  if (what === 'end') return end === null;
  return (what === 'revive' || what === 'drop') && end?.ending === Ending.DEAD;
}

/** What a job is, drawn from a seed. */
export function keptOf(number: number, seed: number): Kept {
  return {
    number,
    id: seed % 4 === 0 ? `größe-${number}` : `job-${number}`,
    type: `type-${seed % 3}`,
    priority: (seed % 256) - 128,
    answerTimeoutMs: seed,
    attemptsMax: seed % 100,
    backoff: { kind: seed % 2 === 0 ? 0 : 1, ms: seed, msMax: seed * 2, jitter: seed % 101 },
    key: seed % 3 === 0 ? `key ${seed}` : '',
    submittedAt: 1_795_000_000_000 + number,
    notBefore: seed % 2 === 0 ? 0 : 1_795_000_000_000 + seed,
    deadline: seed % 5 === 0 ? 1_800_000_000_000 : 0,
    trace: seed % 7 === 0 ? traceOf(seed) : null,
  };
}

function traceOf(seed: number): Trace {
  const digits = (seed + 1).toString(16);
  const parent = `00-${digits.padStart(32, '0')}-${digits.padStart(16, '0')}-01`;
  return { parent, state: seed % 2 === 0 ? '' : `vendor=${digits}` };
}

function bytesOf(seed: number): Uint8Array {
  return Uint8Array.from({ length: 1 + (seed % 90) }, (_, i) => (seed * 7 + i) & 255);
}
