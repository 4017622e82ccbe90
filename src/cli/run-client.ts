import type { ClientOptions } from '../options.ts';
import { oneJob } from './client-job.ts';
import { linesOfAnswers } from './client-lines.ts';
import { loadOfJobs } from './client-load.ts';
import { requireType, withClient } from './with-client.ts';

/** The program `client`: a load with --count, one job with a body, else a job for each line of stdin. */
export async function runClient(options: ClientOptions, body?: string): Promise<number> {
  requireType(options.type);
  return withClient(options, async (client) => {
    if (options.count > 0) return loadOfJobs(client, options, body);
    if (body === undefined && !process.stdin.isTTY) return linesOfAnswers(client, options);
    return oneJob(client, options, body ?? '');
  });
}
