import type { CallOptions, Client } from '../index.ts';
import type { ClientOptions } from '../options.ts';

const NEWLINE = 10;

/** One job: its parts as they come (when asked for), its answer on stdout. A failure is thrown. */
export async function oneJob(client: Client, options: ClientOptions, body: string) {
  const call: CallOptions = callOptions(options);
  const printPart = (part: Uint8Array) =>
    print(part, options.json ? { part: textOf(part) } : undefined);
  const answer = await client.call(
    options.type,
    body,
    options.parts ? { ...call, onPart: printPart } : call,
  );
  const { attempts } = answer;
  print(answer.bytes, options.json ? { answer: answer.text(), attempts } : undefined);
  return 0;
}

/** What the flags say about every single call. */
export function callOptions({ timeoutMs, priority }: ClientOptions): CallOptions {
  return timeoutMs > 0 ? { priority, timeoutMs } : { priority };
}

/** Bytes as text, for JSON. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function print(bytes: Uint8Array, json: object | undefined): void {
  if (json !== undefined) process.stdout.write(`${JSON.stringify(json)}\n`);
  else {
    process.stdout.write(bytes);
    if (bytes.at(-1) !== NEWLINE) process.stdout.write('\n');
  }
}
