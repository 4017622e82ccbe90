/** The programs `client answer` and `client cancel`: what is asked of a job that the broker keeps. */

import { LatidoError } from '../errors.ts';
import type { AnswerProgramOptions, CancelProgramOptions } from '../options.ts';
import { printAnswer as printLine } from './client-job.ts';
import { withClient } from './with-client.ts';

/** Its answer on stdout. A failure is thrown. */
export async function printAnswer(options: AnswerProgramOptions, id?: string): Promise<number> {
  const known = requireId('answer', id);
  return withClient(options, async (client) => {
    const { timeoutMs } = options;
    await printLine(await client.attach(known).answer({ timeoutMs }), options.json);
    return 0;
  });
}

/** Nothing on stdout. */
export async function cancelJob(options: CancelProgramOptions, id?: string): Promise<number> {
  const known = requireId('cancel', id);
  return withClient(options, async (client) => {
    await client.attach(known).cancel();
    return 0;
  });
}

function requireId(what: string, id: string | undefined): string {
  if (id !== undefined) return id;
  throw new LatidoError('OPTION_INVALID', `an id is required, like client ${what} order-4711`);
}
