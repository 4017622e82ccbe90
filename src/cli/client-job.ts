import type { Answer, CallOptions, Client, Part } from '../index.ts';
import type { ClientOptions } from '../options.ts';

const NEWLINE = 10;

/**
 * One job: its answer on stdout; with --parts the parts before it, as they come, and progress on
 * stderr. A failure is thrown.
 */
export async function oneJob(client: Client, options: ClientOptions, body: string) {
  const call = callOptions(options);
  const onPart = (part: Part) => printPart(part, options.json);
  const answer = await client.call(options.type, body, options.parts ? { ...call, onPart } : call);
  printAnswer(answer, options.json);
  return 0;
}

/** An answer as the only thing on stdout. */
export function printAnswer(answer: Answer, json: boolean): void {
  const { bytes, attempts } = answer;
  print(bytes, json ? { answer: answer.text(), attempts } : undefined);
}

/** What the flags say about every single call. */
export function callOptions({ timeoutMs, priority, durable }: ClientOptions): CallOptions {
  return { priority, timeoutMs, level: durable ? 'disk' : 'memory' };
}

function printPart(part: Part, json: boolean): void {
  const { progress, bytes, attempt } = part;
  if (progress === null) print(bytes, json ? { part: part.text(), attempt } : undefined);
  else if (json) print(bytes, { progress, attempt });
  else process.stderr.write(`${Math.round(progress.fraction * 100)} % ${progress.note ?? ''}\n`);
}

function print(bytes: Uint8Array, json: object | undefined): void {
  if (json !== undefined) process.stdout.write(`${JSON.stringify(json)}\n`);
  else if (bytes.at(-1) === NEWLINE) process.stdout.write(bytes);
  else process.stdout.write(Buffer.concat([bytes, Buffer.from([NEWLINE])]));
}
