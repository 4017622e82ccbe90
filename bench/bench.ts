/** The measurements of Latido, all of them or those named: `npm run bench -- pairs --runs 3`. */

import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { backlog } from './backlog.ts';
import { chat } from './chat.ts';
import { Children } from './children.ts';
import { consoles } from './consoles.ts';
import { depth } from './depth.ts';
import { drain } from './drain.ts';
import { durable } from './durable.ts';
import { footprint } from './footprint.ts';
import { gearmand } from './gearmand.ts';
import { idle } from './idle.ts';
import { largeBodies } from './large-bodies.ts';
import { levels } from './levels.ts';
import { manyWorkers } from './many-workers.ts';
import type { Bench, Measurement } from './measurement.ts';
import { mixed } from './mixed.ts';
import { pairs } from './pairs.ts';
import { reopen } from './reopen.ts';
import { appendRows, headline, table } from './report.ts';
import { start } from './start.ts';
import { waitingMemory } from './waiting-memory.ts';

const measurements: readonly Measurement[] = [
  pairs,
  gearmand,
  waitingMemory,
  largeBodies,
  manyWorkers,
  depth,
  idle,
  start,
  durable,
  levels,
  drain,
  reopen,
  mixed,
  footprint,
  backlog,
  chat,
  consoles,
];

const help = `npm run bench -- [NAME...] [options]

  NAME              only this measurement; --only NAME is the same
  --runs N          runs whose median counts (7)
  --seconds S       how long each is measured (1.5)
  --warm-up S       how long it runs before that (1)
  --jobs N          jobs of those measurements that speak of a million (1000000)
  --data DIR        where stores are made, on the disk that is to be measured (the system's temporary directory)
  --json FILE       append the results to FILE, one line of JSON each
  --cpu-prof DIR    write a CPU profile of every process into DIR

${measurements.map(({ name, about }) => `  ${name.padEnd(16)}  ${about}`).join('\n')}

Example: npm run bench -- pairs durable --runs 3 --json bench/results.ndjson
`;

interface Wanted {
  readonly measurements: readonly Measurement[];
  readonly runs: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly jobs: number;
  readonly data: string;
  readonly json: string | undefined;
  readonly cpuProfiles: string | undefined;
}

/** Measures what the arguments name. Resolves to the exit code: 0 measured, 1 failed, 2 misuse. */
export async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(help);
    return 0;
  }
  let wanted: Wanted;
  try {
    wanted = wantedFrom(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 2;
  }
  return measureAll(wanted);
}

async function measureAll(wanted: Wanted): Promise<number> {
  const bench: Bench = {
    ...wanted,
    children: new Children(profileFlags(wanted.cpuProfiles)),
    note: (text) => process.stderr.write(`    ${text}\n`),
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void bench.children.endAll().then(() => process.exit(130)));
  }
  process.stdout.write(headline(bench));
  let failures = 0;
  for (const measurement of wanted.measurements) {
    if (!(await measure(bench, measurement, wanted.json))) failures++;
  }
  return failures === 0 ? 0 : 1;
}

async function measure(
  bench: Bench,
  measurement: Measurement,
  json: string | undefined,
): Promise<boolean> {
  try {
    const rows = await measurement.run(bench);
    process.stdout.write(table(measurement, rows));
    if (json !== undefined) appendRows(json, bench, measurement.name, rows);
    return true;
  } catch (error) {
    process.stderr.write(`${measurement.name} failed: ${(error as Error).message}\n`);
    return false;
  } finally {
    await bench.children.endAll();
  }
}

function wantedFrom(args: readonly string[]): Wanted {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      only: { type: 'string', multiple: true },
      runs: { type: 'string', default: '7' },
      seconds: { type: 'string', default: '1.5' },
      'warm-up': { type: 'string', default: '1' },
      jobs: { type: 'string', default: '1000000' },
      data: { type: 'string', default: tmpdir() },
      json: { type: 'string' },
      'cpu-prof': { type: 'string' },
    },
  });
  const named = [...positionals, ...(values.only ?? [])];
  return {
    measurements: named.length > 0 ? named.map(measurementNamed) : measurements,
    runs: numberBetween('runs', values.runs, 1, 100),
    seconds: numberBetween('seconds', values.seconds, 0.1, 600),
    warmUpSeconds: numberBetween('warm-up', values['warm-up'], 0, 60),
    jobs: numberBetween('jobs', values.jobs, 1000, 1e8),
    data: values.data,
    json: values.json,
    cpuProfiles: values['cpu-prof'],
  };
}

function measurementNamed(name: string): Measurement {
  const found = measurements.find((measurement) => measurement.name === name);
  if (found !== undefined) return found;
  const names = measurements.map((measurement) => measurement.name).join(', ');
  throw new Error(`a measurement must be one of ${names}, got '${name}'`);
}

function numberBetween(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (value >= min && value <= max) return value;
  throw new Error(`option '--${name}' must be from ${min} to ${max}, got '${text}'`);
}

function profileFlags(directory: string | undefined): string[] {
  return directory === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${directory}`];
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
