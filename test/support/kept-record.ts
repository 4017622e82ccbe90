import type { Note } from './record.ts';

/** What clients saw of one kept job. Instants are by the shared clock. */
export interface KeptOutcome {
  readonly job: string;
  /** Empty for none. Jobs of a key were handed in one after the other, each when the one before had been accepted. */
  readonly key: string;
  readonly attemptsMax: number;
  readonly askedAt: number;
  readonly delayMs: number;
  /** When the broker accepted it on the disk; null if it never did. */
  readonly acceptedAt: number | null;
  /** Every copy of its end that was seen, by whomever. */
  readonly ends: readonly string[];
}

/** The broker counts in whole milliseconds. */
const CLOCKS_MS = 2;
/** The longest way from a worker's word to the disk that is believed. */
const ON_ITS_WAY_MS = 100;

/**
 * What contradicts the promises: an accepted job has one end, every copy the same; it fails no more often than it may and starts again only
 * with a cause; the jobs of a key start in order, one at a time, their fences rise.
 */
export function keptWrongs(
  notes: readonly Note[],
  outcomes: readonly KeptOutcome[],
  crashes: readonly number[],
): string[] {
  const byJob = grouped(notes, ({ job }) => job);
  const wrongs = outcomes.flatMap((outcome) =>
    wrongsOf(outcome, byJob.get(outcome.job) ?? [], crashes),
  );
  const lines = grouped(outcomes, ({ key }) => key);
  lines.delete('');
  for (const [key, line] of lines)
    wrongs.push(
      ...lineWrongs(
        key,
        line.map(({ job }) => byJob.get(job) ?? []),
      ),
    );
  return wrongs;
}

function wrongsOf(
  outcome: KeptOutcome,
  notes: readonly Note[],
  crashes: readonly number[],
): string[] {
  const { acceptedAt, askedAt, attemptsMax, delayMs, ends, job } = outcome;
  const wrongs: string[] = [];
  if (acceptedAt !== null && ends.length === 0) wrongs.push(`${job} was accepted and has no end`);
  if (new Set(ends).size > 1) wrongs.push(`${job} has two ends: ${ends.join(', ')}`);
  const attempts = attemptsIn(notes);
  const fails = attempts.filter(({ end }) => end?.what === 'fail');
  const counted = new Set(fails.map(({ start }) => start.attempt));
  if (counted.size > attemptsMax) wrongs.push(`${job} failed ${counted.size} of ${attemptsMax}`);
  const soonest = askedAt + delayMs - CLOCKS_MS;
  if (attempts.some(({ start }) => start.at < soonest)) wrongs.push(`${job} starts too soon`);
  for (const { start, end } of attempts.slice(0, -1)) {
    const lost =
      end?.what === 'end' &&
      crashes.some((at) => end.at <= at + CLOCKS_MS && end.at > at - ON_ITS_WAY_MS);
    if (end?.what !== 'fail' && !lost)
      wrongs.push(`${job} ran again after attempt ${start.attempt} at ${start.pid}`);
  }
  return wrongs;
}

/** The jobs of one key, in the order in which they were handed in. */
function lineWrongs(key: string, line: readonly (readonly Note[])[]): string[] {
  const wrongs: string[] = [];
  const started = line.flatMap((notes, at) =>
    attemptsIn(notes).map((attempt) => ({ at, ...attempt })),
  );
  started.sort((x, y) => x.start.at - y.start.at);
  for (const [i, { at, start }] of started.entries()) {
    const before = started[i - 1];
    if (before === undefined) continue;
    const { job } = start;
    if (before.at > at) wrongs.push(`${key}: ${job} starts behind ${before.start.job}`);
    if (start.fence! <= before.start.fence!) wrongs.push(`${key}: ${job} has no higher fence`);
    if (before.end === undefined || before.end.at > start.at)
      wrongs.push(`${key}: ${job} starts while ${before.start.job} runs`);
  }
  return wrongs;
}

interface Attempt {
  readonly start: Note;
  /** How its handler ended; undefined when it never did. */
  readonly end: Note | undefined;
}

function attemptsIn(notes: readonly Note[]): Attempt[] {
  return notes
    .filter(({ what }) => what === 'start')
    .map((start) => ({
      start,
      end: notes.find(
        ({ attempt, fence, pid, what }) =>
          (what === 'end' || what === 'fail') &&
          attempt === start.attempt &&
          fence === start.fence &&
          pid === start.pid,
      ),
    }));
}

function grouped<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
}
