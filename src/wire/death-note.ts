import type { Job, LostAttempt } from '../core/job.ts';
import type { EndedJob } from '../core/journal.ts';

/** The body of a DEAD answer: what happened to the last 32 attempts. */
export function deathNote(job: Job): Buffer {
  return noteOf(job.rare?.causes ?? []);
}

/** The same of a job that only the store remembers. */
export function deathNoteOf({ losses, kept }: EndedJob): Buffer {
  const causes = losses.map(({ attempt, worker, cause, message, at }) => {
    const lost = { attempt, worker, cause, afterMs: at - kept.submittedAt };
    return message === '' ? lost : { ...lost, message };
  });
  return noteOf(causes);
}

function noteOf(causes: readonly LostAttempt[]): Buffer {
  const message = `Every attempt at the job was lost (${causes.at(-1)?.attempt ?? 0} in all);${lastOf(causes)}`;
  return Buffer.from(JSON.stringify({ code: 'ATTEMPTS_EXHAUSTED', message, causes }));
}

function lastOf(causes: readonly LostAttempt[]): string {
  const last = causes.at(-1);
  if (last === undefined) return '';
  const said = last.message === undefined ? '' : ` (${last.message})`;
  return ` the last: ${last.cause}${said} at ${last.worker || 'a worker without a name'}.`;
}
