import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Client } from '../index.ts';
import type { BenchOptions } from '../options.ts';
import { Load, type LoadFigures } from './load.ts';
import { endOf, moduleUrl, readyOf, startProgram, stopAll } from './programs.ts';

const IN_FLIGHT = [1, 64, 1024];
const BODY = Buffer.alloc(64, 'x');
const WARM_UP_SECONDS = 0.5;
const FREE = ['--frontend=tcp://127.0.0.1:*', '--backend=tcp://127.0.0.1:*', '--http=off'];

/**
 * `latido bench`: a broker, an echo worker of capacity 1024 and a client, each a process of its
 * own, with 64-byte bodies: jobs per second and times at 1, 64 and 1024 jobs in flight.
 */
export async function bench(options: BenchOptions): Promise<number> {
  const children: ChildProcess[] = [];
  try {
    const [client, lost] = await startAll(children);
    for (const inFlight of IN_FLIGHT) {
      const figures = async () => {
        await measure(client, inFlight, WARM_UP_SECONDS);
        return measure(client, inFlight, options.seconds);
      };
      print(options.json, inFlight, await Promise.race([figures(), lost]));
    }
    await client.close();
    return 0;
  } finally {
    // The broker last: a worker waits for it to confirm its answers.
    for (const child of children.reverse()) await stopAll([child]);
  }
}

/** A client of a broker and a worker that are ready, and a promise that rejects when one of those ends. */
async function startAll(children: ChildProcess[]): Promise<[Client, Promise<never>]> {
  const broker = startProgram('broker', [...FREE, '--memory', '--json'], 'pipe');
  children.push(broker);
  const ready = await readyOf<{ frontend: string; backend: string }>(broker, () => {});
  const handler = fileURLToPath(moduleUrl('./echo'));
  const args = ['--type=echo', `--handler=${handler}`, '--capacity=1024', '--json'];
  const worker = startProgram('worker', [...args, `--broker=${ready.backend}`], 'pipe');
  children.push(worker);
  await readyOf(worker, () => {});
  const lost = Promise.race([whenLost('broker', broker), whenLost('worker', worker)]);
  lost.catch(() => {});
  return [new Client({ broker: ready.frontend }), lost];
}

function whenLost(name: string, child: ChildProcess): Promise<never> {
  const said: string[] = [];
  child.stderr?.on('data', (chunk) => said.push(String(chunk)));
  return new Promise((_, reject) => {
    child.once('close', (code, signal) => {
      reject(new Error(`the ${name} ended ${endOf(code, signal)}: ${said.join('')}`));
    });
  });
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
