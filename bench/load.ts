/** One measured load: a hub, its workers and its clients, each a process, fresh for every run. */

import type { Child } from './children.ts';
import type { ClientSettings } from './client.ts';
import type { Figures, Span } from './driver.ts';
import { type Hub, startHub, type Through } from './hub.ts';
import { type Bench, median } from './measurement.ts';
import { cpuSeconds } from './proc.ts';
import type { WorkerSettings } from './worker.ts';

export interface Setup {
  readonly through: Through;
  /** Calls in flight, all clients together. */
  readonly inFlight: number;
  readonly clients: number;
  readonly workers: number;
  /** How many clients, and how many workers, share a process. */
  readonly inOneProcess?: number;
  readonly capacity: number;
  readonly bodyBytes: number;
  readonly hubFlags?: readonly string[];
  readonly level?: ClientSettings['level'];
  readonly until?: ClientSettings['until'];
}

export interface LoadFigures extends Figures {
  /** CPU seconds of the hub for each second, warm-up included. */
  readonly hubCpu: number;
}

/** Clients have time to hear of the beginning before it comes. */
const HEADSTART_MS = 50;
const MARGIN_MS = 20_000;

/** Starts everything, measures one span, ends everything. */
export async function measureLoad(bench: Bench, setup: Setup): Promise<LoadFigures> {
  try {
    const hub = await startHub(bench, setup.through, setup.hubFlags);
    await startWorkers(bench, hub, setup, setup.inOneProcess);
    const clients = await startClients(bench, hub, setup);
    return await driveAll(bench, hub, clients, setup.inFlight);
  } finally {
    await bench.children.endAll();
  }
}

/** Drives clients that are ready through one span together. */
export async function driveAll(
  bench: Bench,
  hub: Hub,
  clients: readonly Child[],
  inFlight: number,
): Promise<LoadFigures> {
  const { warmUpSeconds, seconds } = bench;
  const beginAt = Date.now() + HEADSTART_MS;
  const span: Span = { inFlight: inFlight / clients.length, beginAt, warmUpSeconds, seconds };
  const cpuBefore = cpuSeconds(hub.child.pid);
  for (const client of clients) client.send({ kind: 'drive', span });
  const timeoutMs = (warmUpSeconds + seconds) * 1000 + MARGIN_MS;
  const figures = await Promise.all(clients.map((client) => figuresOf(client, timeoutMs)));
  const elapsed = (Date.now() - beginAt) / 1000;
  return { ...together(figures), hubCpu: (cpuSeconds(hub.child.pid) - cpuBefore) / elapsed };
}

/** Starts worker processes, and resolves when the hub knows them all. */
export async function startWorkers(
  bench: Bench,
  hub: Hub,
  setup: Pick<Setup, 'through' | 'workers' | 'capacity'>,
  inOneProcess = 1,
  type = 'echo',
): Promise<Child[]> {
  const { through, capacity } = setup;
  const settings: WorkerSettings = {
    through,
    address: hub.backend,
    capacity,
    workers: inOneProcess,
    type,
  };
  const workers = Array.from({ length: setup.workers / inOneProcess }, () =>
    bench.children.startWith('bench/worker.ts', settings),
  );
  await Promise.all(workers.map((worker) => worker.next('ready')));
  if (through === 'forwarder') {
    for (let i = 0; i < setup.workers; i++) await hub.child.next('registered');
  }
  return workers;
}

/** Starts client processes, and resolves when each has had an answer. */
export async function startClients(
  bench: Bench,
  hub: Hub,
  setup: Pick<Setup, 'through' | 'clients' | 'bodyBytes' | 'inOneProcess' | 'level' | 'until'>,
): Promise<Child[]> {
  const { through, bodyBytes, inOneProcess = 1, level = 'memory', until = 'answer' } = setup;
  const address = hub.frontend;
  const settings: ClientSettings = {
    through,
    address,
    bodyBytes,
    clients: inOneProcess,
    level,
    until,
  };
  const clients = Array.from({ length: setup.clients / inOneProcess }, () =>
    bench.children.startWith('bench/client.ts', settings),
  );
  await Promise.all(clients.map((client) => client.next('ready')));
  return clients;
}

async function figuresOf(client: Child, timeoutMs: number): Promise<Figures> {
  return (await client.next('figures', timeoutMs)).figures as Figures;
}

/** Of many clients: all their jobs, the median of their medians, the worst of their 99th percentiles. */
function together(figures: readonly Figures[]): Figures {
  const sum = (of: (one: Figures) => number) => figures.reduce((total, one) => total + of(one), 0);
  return {
    jobs: sum((one) => one.jobs),
    seconds: median(figures.map((one) => one.seconds)),
    jobsPerSecond: sum((one) => one.jobsPerSecond),
    p50Ms: median(figures.map((one) => one.p50Ms)),
    p99Ms: Math.max(...figures.map((one) => one.p99Ms)),
  };
}
