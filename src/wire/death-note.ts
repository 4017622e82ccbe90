import type { Job } from '../core/job.ts';

/** The body of a DEAD answer: what happened to each attempt. */
export function deathNote(job: Job): Buffer {
  const causes = job.rare?.causes ?? [];
  const last = causes.at(-1);
  const why =
    last === undefined
      ? ''
      : ` the last: ${last.cause} at ${last.worker || 'a worker without a name'}.`;
  const message = `Every attempt at the job was lost (${causes.length} in all);${why}`;
  return Buffer.from(JSON.stringify({ code: 'ATTEMPTS_EXHAUSTED', message, causes }));
}
