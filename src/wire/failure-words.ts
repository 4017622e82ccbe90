import { Ending, type Job } from '../core/job.ts';
import { sentenceOf } from '../errors.ts';
import { deathNote } from './death-note.ts';

/** How a job that was not answered ended, for peers whose protocol has answers and nothing else: `CODE` and a sentence. */
export function failureWords(job: Job): string {
  if (job.ending === Ending.CANCELLED) return `CANCELLED ${sentenceOf('CANCELLED')}`;
  if (job.ending === Ending.EXPIRED) return `EXPIRED ${sentenceOf('EXPIRED')}`;
  const { slab, offset, length } = job;
  const note =
    job.ending === Ending.DEAD ? deathNote(job) : slab.bytes.subarray(offset, offset + length);
  const text = Buffer.from(note).toString();
  try {
    const { code, message } = JSON.parse(text) as { code: string; message: string };
    return `${code} ${message}`;
  } catch {
    return `FAILED ${text}`;
  }
}
