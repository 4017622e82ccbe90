import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KeptOutcome, keptWrongs } from './kept-record.ts';

/** What a worker wrote down of one attempt at a job. */
export interface Note {
  readonly what: 'start' | 'told' | 'end' | 'fail';
  readonly job: string;
  readonly attempt: number;
  readonly fence: number | null;
  readonly pid: number;
  /** By the shared clock. */
  readonly at: number;
}

/** What a client saw of one call. */
export interface Outcome {
  readonly job: string;
  readonly answer: string | null;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly details: unknown;
  } | null;
}

/** What allows a job to run again. */
export interface Excuses {
  /** Workers that were lost. */
  readonly lost?: readonly number[];
  /** When brokers died: an answer that one had just taken from its worker died with it. */
  readonly crashes?: readonly number[];
}

/** The longest way from a worker's answer to its client that is believed. */
export const ON_ITS_WAY_MS = 100;

/** The file in which the workers of a test file note what they do: written before it happens, so that no kill loses it. */
export class Record {
  readonly #folder = mkdtempSync(join(tmpdir(), 'latido-record-'));
  readonly #file = join(this.#folder, 'notes.ndjson');

  constructor() {
    writeFileSync(this.#file, '');
    process.env.LATIDO_TEST_RECORD = this.#file;
    process.on('exit', () => rmSync(this.#folder, { recursive: true, force: true }));
  }

  notes(job: string, what: Note['what']): Note[] {
    return this.#all().filter((note) => note.job === job && note.what === what);
  }

  /** What contradicts what is promised of kept jobs, in words. */
  keptWrongs(outcomes: readonly KeptOutcome[], excuses: Excuses = {}): string[] {
    return keptWrongs(this.#all(), outcomes, excuses.crashes ?? []);
  }

  starts(job: string): Note[] {
    return this.notes(job, 'start');
  }

  /**
   * What contradicts the promises, in words; nothing if all went well: each job has one answer, the answer is that of an
   * attempt that ran to its end, and it ran again only with one of the excuses.
   */
  wrongs(outcomes: readonly Outcome[], excuses: Excuses = {}): string[] {
    const byJob = new Map<string, Note[]>();
    for (const note of this.#all()) {
      const notes = byJob.get(note.job);
      if (notes === undefined) byJob.set(note.job, [note]);
      else notes.push(note);
    }
    const wrongs = outcomes.flatMap((each) => wrongsOf(each, byJob.get(each.job) ?? [], excuses));
    const jobs = new Set(outcomes.map(({ job }) => job));
    if (jobs.size < outcomes.length) wrongs.push('a job has two outcomes');
    return wrongs;
  }

  #all(): Note[] {
    const lines = readFileSync(this.#file, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
  }
}

function wrongsOf(outcome: Outcome, notes: readonly Note[], excuses: Excuses): string[] {
  const { job, answer, error } = outcome;
  const wrongs: string[] = [];
  if (error !== null) wrongs.push(`${job} failed: ${error.code} ${error.message}`);
  const ends = notes.filter(({ what }) => what === 'end');
  const said = ends.map(({ pid, attempt }) => `${job} by ${pid} in ${attempt}`);
  if (answer !== null && !said.includes(answer)) wrongs.push(`${job}: nobody said '${answer}'`);
  const starts = notes.filter(({ what }) => what === 'start');
  for (const { pid, at, attempt } of starts.slice(0, -1)) {
    const end = ends.find((each) => each.pid === pid && each.at >= at);
    if (excuses.lost?.includes(pid) || isLostAnswer(end, excuses)) continue;
    wrongs.push(`${job} ran again after attempt ${attempt} at ${pid}`);
  }
  return wrongs;
}

function isLostAnswer(end: Note | undefined, { crashes = [] }: Excuses): boolean {
  return end !== undefined && crashes.some((at) => end.at <= at && end.at > at - ON_ITS_WAY_MS);
}
