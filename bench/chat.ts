/** The chat's fan-out against the plain way, in pairs that take turns. */

import type { MembersFigures, MembersSettings } from './chat-members.ts';
import type { Child, Message } from './children.ts';
import { startBroker } from './hub.ts';
import { type Bench, type Measurement, median, type Row } from './measurement.ts';
import { cpuSeconds, sleep } from './proc.ts';
import { ratiosOf } from './ratios.ts';

interface Kind {
  readonly what: string;
  readonly rooms: number;
  /** Of each room. */
  readonly members: number;
  readonly processes: number;
  readonly authors: number;
  readonly window: number;
  readonly workers: number;
  /** Messages a second, all rooms together, where the time to the last delivery is measured. */
  readonly paced: number;
  /** Deliveries come in bursts of so many at once: they are counted for so many times as long. */
  readonly longer?: number;
  readonly required?: number;
  readonly aim?: number;
}

const kinds: readonly Kind[] = [
  {
    what: '100 rooms of 10',
    rooms: 100,
    members: 10,
    processes: 1,
    authors: 2,
    window: 8,
    workers: 2,
    paced: 1000,
    required: 1,
    aim: 5,
  },
  {
    what: '1 room of 1,000',
    rooms: 1,
    members: 1000,
    processes: 1,
    authors: 16,
    window: 16,
    workers: 2,
    paced: 20,
    required: 2,
    aim: 5,
  },
  {
    what: '1 room of 10,000',
    rooms: 1,
    members: 10_000,
    processes: 2,
    authors: 4,
    window: 8,
    workers: 2,
    paced: 2,
    longer: 4,
    aim: 5,
  },
];

/** A room settles: everybody has heard who came. */
const SETTLE_SECONDS = 2;
const JOIN_MS = 120_000;
const PACED_SECONDS = 5;

interface Run {
  readonly perSecond: number;
  readonly p99Ms: number;
  readonly hubCpu: number;
}

export const chat: Measurement = {
  name: 'chat',
  about: 'deliveries/s of rooms as a multiple of one process that loops over their members',
  async run(bench) {
    const rows: Row[] = [];
    for (const kind of kinds) rows.push(...(await measureKind(bench, kind)));
    return rows;
  },
};

async function measureKind(bench: Bench, kind: Kind): Promise<Row[]> {
  const plain: Run[] = [];
  const latido: Run[] = [];
  for (let run = 0; run < bench.runs; run++) {
    plain.push(await measureRun(bench, kind, 'plain'));
    latido.push(await measureRun(bench, kind, 'latido'));
    bench.note(`${kind.what}: plain ${shown(plain[run]!)}, latido ${shown(latido[run]!)}`);
  }
  const { what, required, aim } = kind;
  const rates = ratiosOf(
    latido.map(({ perSecond }) => perSecond),
    plain.map(({ perSecond }) => perSecond),
    'deliveries/s',
  );
  const p99 = (runs: readonly Run[]) => median(runs.map(({ p99Ms }) => p99Ms));
  return [
    {
      what,
      value: rates.ratio,
      unit: '× plain',
      ...(required !== undefined && { required }),
      ...(aim !== undefined && { aim }),
      good: 'high',
      remark: rates.remark,
      detail: { range: rates.range, latido, plain },
    },
    {
      what: `${what}: p99 from send to last delivery`,
      value: p99(latido),
      unit: 'ms',
      good: 'low',
      remark: `at ${kind.paced} messages/s; ${p99(plain).toFixed(1)} ms the plain way`,
    },
  ];
}

async function measureRun(bench: Bench, kind: Kind, through: 'latido' | 'plain'): Promise<Run> {
  const { hub, address } = await startServer(bench, kind, through);
  const groups: Child[] = [];
  for (let at = 0; at < kind.processes; at++) {
    const members = kind.members / kind.processes;
    const group: MembersSettings = {
      through,
      address,
      rooms: kind.rooms,
      members,
      first: at * kind.rooms * members,
      authors: at === 0 ? kind.authors : 0,
      window: kind.window,
      textBytes: 64,
    };
    const child = bench.children.startWith('bench/chat-members.ts', group);
    await child.next('joined', JOIN_MS);
    groups.push(child);
  }
  await sleep(SETTLE_SECONDS * 1000);
  const paced = await figuresOf(groups, {
    kind: 'pace',
    perSecond: kind.paced,
    seconds: PACED_SECONDS,
  });
  const cpuBefore = cpuSeconds(hub.pid);
  const [warmUp, seconds] = [bench.warmUpSeconds, bench.seconds].map(
    (each) => each * (kind.longer ?? 1),
  ) as [number, number];
  const flooded = await figuresOf(groups, { kind: 'flood', warmUp, seconds });
  const hubCpu = (cpuSeconds(hub.pid) - cpuBefore) / (warmUp + seconds);
  await bench.children.endAll();
  const perSecond = flooded.reduce((sum, { deliveries, seconds }) => sum + deliveries / seconds, 0);
  return { perSecond, p99Ms: p99Of(paced), hubCpu };
}

async function startServer(bench: Bench, kind: Kind, through: 'latido' | 'plain') {
  if (through === 'plain') {
    const hub = bench.children.start('bench/chat-plain.ts', []);
    return { hub, address: String((await hub.next('ready')).address) };
  }
  const flags = ['--memory', '--chat-rate=1000000', '--connections-max=30000'];
  const { child, frontend, backend } = await startBroker(bench, [], flags);
  const args = ['--type=chat', `--broker=${backend}`, '--capacity=64', '--json'];
  for (let at = 0; at < kind.workers; at++) {
    await bench.children.start('src/cli/worker.ts', args).next('ready');
  }
  return { hub: child, address: frontend };
}

async function figuresOf(groups: readonly Child[], order: Message): Promise<MembersFigures[]> {
  for (const group of groups) group.send(order);
  const all: MembersFigures[] = [];
  for (const group of groups) all.push((await group.next('figures')).figures as MembersFigures);
  return all;
}

/** From when something was said to when the last of all processes had heard it. */
function p99Of(figures: readonly MembersFigures[]): number {
  const times: number[] = [];
  for (const [mark, at] of figures.flatMap(({ said }) => Object.entries(said))) {
    times.push(Math.max(...figures.map(({ heard }) => heard[mark] ?? at)) - at);
  }
  times.sort((x, y) => x - y);
  return times[Math.floor(times.length * 0.99)] ?? Number.NaN;
}

function shown({ perSecond, p99Ms, hubCpu }: Run): string {
  return `${Math.round(perSecond).toLocaleString('en')}/s (p99 ${p99Ms.toFixed(1)} ms, hub ${hubCpu.toFixed(2)} CPU)`;
}
