import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Client } from '../index.ts';
import type { BenchOptions } from '../options.ts';
import { Load, type LoadFigures } from './load.ts';
import { moduleUrl, readyOf, startProgram, stopAll } from './programs.ts';

const IN_FLIGHT = [1, 64, 1024];
const BODY = 'x'.repeat(64);
const WARM_UP_SECONDS = 0.5;
const FREE = ['--frontend=tcp://127.0.0.1:*', '--backend=tcp://127.0.0.1:*', '--http=off'];

/**
 * `latido bench`: a broker, an echo worker of capacity 1024 and a client, each a process of its
 * own, with 64-byte bodies: jobs per second and times at 1, 64 and 1024 jobs in flight.
 */
export async function bench(options: BenchOptions): Promise<number> {
  const children: ChildProcess[] = [];
  try {
    const client = await startAll(children);
    for (const inFlight of IN_FLIGHT) {
      await measure(client, inFlight, WARM_UP_SECONDS);
      print(options.json, inFlight, await measure(client, inFlight, options.seconds));
    }
    await client.close();
    return 0;
  } finally {
    await stopAll(children);
  }
}

async function startAll(children: ChildProcess[]): Promise<Client> {
  const broker = startProgram('broker', [...FREE, '--json'], 'pipe');
  children.push(broker);
  const ready = await readyOf<{ frontend: string; backend: string }>(broker, () => {});
  const handler = fileURLToPath(moduleUrl('./echo'));
  const worker = startProgram(
    'worker',
    [
      ...['--type=echo', `--handler=${handler}`, '--capacity=1024'],
      ...[`--broker=${ready.backend}`, '--json'],
    ],
    'pipe',
  );
  children.push(worker);
  await readyOf(worker, () => {});
  return new Client({ broker: ready.frontend });
}

function measure(client: Client, inFlight: number, seconds: number): Promise<LoadFigures> {
  const end = performance.now() + seconds * 1000;
  const more = () => performance.now() < end;
  const call = {};
  return new Load(client, { type: 'echo', body: BODY, call, concurrency: inFlight, more }).run();
}

function print(json: boolean, inFlight: number, figures: LoadFigures): void {
  const { jobsPerSecond, p50Ms, p99Ms } = figures;
  process.stdout.write(
    json
      ? `${JSON.stringify({ inFlight, ...figures })}\n`
      : `${inFlight} in flight: ${jobsPerSecond} jobs/s, p50 ${p50Ms} ms, p99 ${p99Ms} ms\n`,
  );
}
