import { LatidoError } from '../errors.ts';
import { Client } from '../index.ts';
import type { ClientOptions } from '../options.ts';
import { oneJob } from './client-job.ts';
import { linesOfJobs } from './client-lines.ts';
import { loadOfJobs } from './client-load.ts';

/** The program `client`: a load with --count, one job with a body, else a job for each line of stdin. */
export async function runClient(options: ClientOptions, body?: string): Promise<number> {
  if (options.type === '') {
    throw new LatidoError('OPTION_INVALID', "option '--type' is required, for example --type A");
  }
  endQuietlyWhenNobodyReads();
  const { broker, name, connectTimeoutMs } = options;
  const client = new Client({ broker, name, connectTimeoutMs });
  try {
    if (options.count > 0) return await loadOfJobs(client, options, body);
    if (body === undefined && !process.stdin.isTTY) return await linesOfJobs(client, options);
    return await oneJob(client, options, body ?? '');
  } catch (error) {
    if (!(error instanceof LatidoError) || error.code !== 'NO_BROKER') throw error;
    throw new LatidoError('NO_BROKER', `no broker answered at ${broker} in ${connectTimeoutMs} ms`);
  } finally {
    await client.close();
  }
}

/** `client … | head` closes our stdout: that is no failure. */
function endQuietlyWhenNobodyReads(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}
