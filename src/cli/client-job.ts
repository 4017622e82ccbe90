import type { Answer, CallOptions, Client, Part } from '../index.ts';
import type { ClientOptions } from '../options.ts';
import { print } from './print.ts';

const NEWLINE = 10;

/**
 * One job: its answer on stdout; with --parts the parts before it, as they come, and progress on
 * stderr. A failure is thrown.
 */
export async function oneJob(client: Client, options: ClientOptions, body: string) {
  const call = callOptions(options);
  const onPart = (part: Part) => printPart(part, options.json);
  const answer = await client.call(options.type, body, options.parts ? { ...call, onPart } : call);
  await printAnswer(answer, options.json);
  return 0;
}

/** An answer as the only thing on stdout. */
export function printAnswer(answer: Answer, json: boolean): Promise<void> {
  const { bytes, attempts } = answer;
  return print(json ? jsonLine({ answer: answer.text(), attempts }) : wholeLine(bytes));
}

/** What the flags say about every single call. */
export function callOptions({ timeoutMs, priority, durable }: ClientOptions): CallOptions {
  return { priority, timeoutMs, level: durable ? 'disk' : 'memory' };
}

/** Nobody waits for it: what comes behind it is written later. */
function printPart(part: Part, json: boolean): void {
  const { progress, bytes, attempt } = part;
  const say = (text: string | Uint8Array) => void print(text).catch(() => {});
  if (progress === null) say(json ? jsonLine({ part: part.text(), attempt }) : wholeLine(bytes));
  else if (json) say(jsonLine({ progress, attempt }));
  else process.stderr.write(`${Math.round(progress.fraction * 100)} % ${progress.note ?? ''}\n`);
}

function jsonLine(json: object): string {
  return `${JSON.stringify(json)}\n`;
}

function wholeLine(bytes: Uint8Array): Uint8Array {
  return bytes.at(-1) === NEWLINE ? bytes : Buffer.concat([bytes, Buffer.from([NEWLINE])]);
}
