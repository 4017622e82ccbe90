/** Handlers for the tests of the programs, as a user would write them: loaded with --handler. */

import { existsSync } from 'node:fs';
import type { Handler } from '../../src/index.ts';

export const upper: Handler = (job) => job.text().toUpperCase();

export const lines: Handler = () => 'two\nlines';

/** Answers with so many bytes. */
export const large: Handler = (job) => 'x'.repeat(Number(job.text()));

export const fails: Handler = () => {
  throw Object.assign(new Error('no such picture'), { code: 'NOT_FOUND' });
};

/** Answers with its body after that many milliseconds; says `started` on stderr. */
export const late: Handler = async (job) => {
  process.stderr.write('started\n');
  await new Promise((resolve) => setTimeout(resolve, Number(job.text())));
  return job.body;
};

export const parts: Handler = (job) => {
  job.part('one');
  job.progress(0.5, 'half');
  job.part('two');
  return 'end';
};

/** Fails as long as there is the file that its body names. */
export const broken: Handler = (job) => {
  if (existsSync(job.text())) throw new Error(`broken by ${job.text()}`);
  return 'mended';
};

/** Publishes, and answers in its second attempt only; says `started` on stderr. */
export const publishes: Handler = async (job) => {
  job.publish('news', `attempt ${job.attempt}`);
  process.stderr.write('started\n');
  if (job.attempt === 1) await new Promise(() => {});
  return 'done';
};

export const pid: Handler = () => String(process.pid);

// biome-ignore lint/style/noDefaultExport: a module of a user's may have one
export default (job: Parameters<Handler>[0]) => `default of ${job.type}`;
