import { LatidoError } from '../errors.ts';
import type { Answer, Client } from '../index.ts';
import type { ClientOptions } from '../options.ts';
import { callOptions } from './client-job.ts';
import { print } from './print.ts';

const NEWLINE = 10;
/** No line after one that ends so would fare better. */
const ENDS_ALL = new Set<string>(['NO_BROKER', 'OPTION_INVALID']);

/**
 * Each line of stdin a job, an empty one too; the answers on stdout in the order of the lines, one line each: an answer
 * that has line breaks of its own is written as a JSON string.
 */
export function linesOfAnswers(client: Client, options: ClientOptions): Promise<number> {
  const { type, concurrency, json } = options;
  const call = callOptions(options);
  return outcomesOfLines(concurrency, async (line) =>
    answerLine(await client.call(type, line, call), json),
  );
}

/**
 * What becomes of each line of stdin, on stdout in the order of the lines; of one that fails {"error":{code,message}}.
 * At most `concurrency` lines are ahead of the oldest without an outcome. Resolves with 1 when one failed.
 */
export async function outcomesOfLines(
  concurrency: number,
  act: (line: Uint8Array) => Promise<Uint8Array | string>,
): Promise<number> {
  const open: Promise<void>[] = [];
  let failed = false;
  let tail = Promise.resolve();
  for await (const line of linesOf(process.stdin)) {
    const outcome = outcomeOf(act(line));
    tail = tail.then(async () => {
      const { text, ok } = await outcome;
      await print(text);
      failed ||= !ok;
    });
    // An error that ends it all must not wait for the next line.
    tail.catch((error) => process.stdin.destroy(error));
    open.push(tail);
    if (open.length >= concurrency) await open.shift();
  }
  await tail;
  return failed ? 1 : 0;
}

interface Outcome {
  readonly text: Uint8Array | string;
  readonly ok: boolean;
}

async function outcomeOf(text: Promise<Uint8Array | string>): Promise<Outcome> {
  try {
    return { text: await text, ok: true };
  } catch (error) {
    const jobFailed = error instanceof LatidoError && !ENDS_ALL.has(error.code);
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
