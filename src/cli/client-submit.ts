import { LatidoError } from '../errors.ts';
import type { Client, Handle, SubmitOptions } from '../index.ts';
import type { SubmitProgramOptions } from '../options.ts';
import { outcomesOfLines } from './client-lines.ts';
import { print } from './print.ts';
import { requireType, withClient } from './with-client.ts';

/**
 * The program `client submit`: one job with a body, else a job for each line of stdin. Their ids on stdout, in the order
 * of the lines, each when its job has been accepted.
 */
export async function submitJobs(options: SubmitProgramOptions, body?: string): Promise<number> {
  requireType(options.type);
  const job = jobOptions(options);
  const submit = async (client: Client, bytes: Uint8Array | string) =>
    idLine(await client.submit(options.type, bytes, job), options.json);
  const isOne = body !== undefined || process.stdin.isTTY;
  if (!isOne && job.id !== undefined) {
    throw new LatidoError('OPTION_INVALID', "option '--id' is for one job: give its body");
  }
  return withClient(options, async (client) => {
    if (!isOne) return outcomesOfLines(options.concurrency, (line) => submit(client, line));
    await print(await submit(client, body ?? ''));
    return 0;
  });
}

/** What the flags say of each job: what was not given is left to the broker. */
function jobOptions(options: SubmitProgramOptions): SubmitOptions {
  const { id, level, priority, delayMs, at, deadline, attemptsMax, key, answerTimeoutMs } = options;
  const { backoff, backoffMs } = options;
  if (backoff === 'fixed' && backoffMs === 0) {
    throw new LatidoError('OPTION_INVALID', "option '--backoff' needs --backoff-ms");
  }
  const kind = backoff as 'fixed' | 'exponential';
  return {
    id: id === '' ? undefined : id,
    level: level as 'memory' | 'disk',
    priority,
    delayMs: delayMs === 0 ? undefined : delayMs,
    at: instantFrom('--at', at),
    deadline: instantFrom('--deadline', deadline),
    attemptsMax: attemptsMax === 0 ? undefined : attemptsMax,
    backoff: backoffMs === 0 ? undefined : { kind, ms: backoffMs },
    key: key === '' ? undefined : key,
    answerTimeoutMs,
  };
}

/** The instant that a text of the table's pattern means; a 31st of February has none. */
function instantFrom(flag: string, text: string): Date | undefined {
  if (text === '') return undefined;
  const date = new Date(/^\d+$/.test(text) ? Number(text) : text);
  if (!Number.isNaN(date.getTime())) return date;
  throw new LatidoError('OPTION_INVALID', `option '${flag}' must be a time, got '${text}'`);
}

function idLine({ id, level }: Handle, json: boolean): string {
  return json ? `${JSON.stringify({ id, level })}\n` : `${id}\n`;
}
