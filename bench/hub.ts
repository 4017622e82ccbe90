/** The process between clients and workers: Latido's broker, the plain forwarder or gearmand. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import type { Child } from './children.ts';
import type { Bench } from './measurement.ts';
import { sleep } from './proc.ts';

export type Through = 'latido' | 'forwarder' | 'gearmand';

export interface Hub {
  readonly child: Child;
  readonly frontend: string;
  readonly backend: string;
  /** Where its HTTP side is, for a broker. */
  readonly http: string;
}

const START_MS = 10_000;
const BROKER_ARGS = [
  ['--frontend', 'tcp://127.0.0.1:*'],
  ['--backend', 'tcp://127.0.0.1:*'],
  ['--http', '127.0.0.1:0'],
  ['--json'],
].flat();

/** Starts the process between; `flags` are gearmand's, or the broker's instead of `--memory`. */
export async function startHub(
  bench: Bench,
  through: Through,
  flags: readonly string[] = [],
): Promise<Hub> {
  if (through === 'latido') return startBroker(bench, [], flags);
  if (through === 'gearmand') return startGearmand(bench, flags);
  const child = bench.children.start('bench/forwarder.ts', []);
  return { child, http: '', ...(await addresses(child)) };
}

/** A broker on free ports of loopback, without a store if the flags name none. */
export async function startBroker(
  bench: Bench,
  nodeFlags: readonly string[] = [],
  flags: readonly string[] = [],
): Promise<Hub> {
  const args = flags.includes('--data') ? flags : ['--memory', ...flags];
  const child = bench.children.start('src/cli/broker.ts', [...BROKER_ARGS, ...args], nodeFlags);
  const ready = await child.next('ready');
  const { frontend, backend } = ready;
  return { child, frontend: String(frontend), backend: String(backend), http: httpOf(ready.http) };
}

async function addresses(child: Child): Promise<{ frontend: string; backend: string }> {
  const ready = await child.next('ready', START_MS);
  return { frontend: String(ready.frontend), backend: String(ready.backend) };
}

function httpOf(address: unknown): string {
  const text = String(address);
  return text.startsWith('http') ? text : `http://${text}`;
}

async function startGearmand(bench: Bench, flags: readonly string[]): Promise<Hub> {
  const port = await freePort();
  const args = ['--listen=127.0.0.1', `--port=${port}`, '--log-file=stderr', ...flags];
  const child = bench.children.keep(
    'gearmand',
    spawn('gearmand', args, { stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  await listening(port, child);
  const address = `tcp://127.0.0.1:${port}`;
  return { child, frontend: address, backend: address, http: '' };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function listening(port: number, child: Child): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    const socket = connect(port, '127.0.0.1');
    const connected = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (connected) return;
    await sleep(20);
  }
  throw new Error(`${child.name} does not listen on port ${port}`);
}
