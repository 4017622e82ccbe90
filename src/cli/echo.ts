import type { Handler } from '../index.ts';

/** Answers a job with its own body: what `latido bench` measures with. */
export const echo: Handler = (job) => job.body;
