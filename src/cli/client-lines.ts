import { LatidoError } from '../errors.ts';
import type { Answer, CallOptions, Client } from '../index.ts';
import type { ClientOptions } from '../options.ts';
import { callOptions } from './client-job.ts';

const NEWLINE = 10;

/**
 * Each line of stdin a job, an empty one too; the answers on stdout in the order of the lines, one
 * line each: an answer that has line breaks of its own is written as a JSON string, a failed job
 * as {"error":{code,message}}. At most `concurrency` lines are ahead of the oldest without an
 * answer. Resolves with 1 when a job failed.
 */
export async function linesOfJobs(client: Client, options: ClientOptions): Promise<number> {
  const call = callOptions(options);
  const open: Promise<void>[] = [];
  let failed = false;
  let tail = Promise.resolve();
  for await (const line of linesOf(process.stdin)) {
    const outcome = outcomeOf(client, options, line, call);
    tail = tail.then(async () => {
      const { text, ok } = await outcome;
      process.stdout.write(text);
      failed ||= !ok;
    });
    // An error that ends it all must not wait for the next line.
    tail.catch((error) => process.stdin.destroy(error));
    open.push(tail);
    if (open.length >= options.concurrency) await open.shift();
  }
  await tail;
  return failed ? 1 : 0;
}

interface Outcome {
  readonly text: Uint8Array | string;
  readonly ok: boolean;
}

async function outcomeOf(
  client: Client,
  { type, json }: ClientOptions,
  line: Uint8Array,
  call: CallOptions,
): Promise<Outcome> {
  try {
    return { text: answerLine(await client.call(type, line, call), json), ok: true };
  } catch (error) {
    const jobFailed = error instanceof LatidoError && error.code !== 'NO_BROKER';
    if (!jobFailed) throw error;
    const { code, message } = error;
    return { text: `${JSON.stringify({ error: { code, message } })}\n`, ok: false };
  }
}

function answerLine(answer: Answer, json: boolean): Uint8Array | string {
  const { bytes, attempts } = answer;
  if (json) return `${JSON.stringify({ answer: answer.text(), attempts })}\n`;
  if (bytes.includes(NEWLINE)) return `${JSON.stringify(answer.text())}\n`;
  return Buffer.concat([bytes, Buffer.from([NEWLINE])]);
}

async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  let rest: Buffer[] = [];
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      yield Buffer.concat([...rest, chunk.subarray(start, end)]);
      rest = [];
      start = end + 1;
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
  }
  if (rest.length > 0) yield Buffer.concat(rest);
}
