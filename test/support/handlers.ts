/** Handlers for the tests of the programs, as a user would write them: loaded with --handler. */

import type { Handler } from '../../src/index.ts';

export const upper: Handler = (job) => job.text().toUpperCase();

export const lines: Handler = () => 'two\nlines';

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

export const pid: Handler = () => String(process.pid);

// biome-ignore lint/style/noDefaultExport: a module of a user's may have one
export default (job: Parameters<Handler>[0]) => `default of ${job.type}`;
