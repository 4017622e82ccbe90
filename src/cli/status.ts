import type { StatusOptions } from '../options.ts';
import type { Status } from '../view/status.ts';
import { brokerStatus } from './broker-status.ts';
import { print } from './print.ts';
import { type Cell, table } from './table.ts';

/** `latido status`: types, workers and waiting jobs, as tables for people or the JSON as it came. */
export async function status({ http, json }: StatusOptions): Promise<number> {
  const found = await brokerStatus(http);
  await print(json ? `${JSON.stringify(found)}\n` : statusText(found));
  return 0;
}

/** The status as text with two tables. */
export function statusText(found: Status): string {
  const { name, version, state, uptimeSeconds, clients, types, workers, workersUnlisted } = found;
  const failed = found.store?.state === 'failed';
  const seconds = Math.round(uptimeSeconds);
  return [
    `${name || 'broker'} ${version}, ${state}, up for ${seconds} s, ${clients} clients`,
    ...(failed
      ? [`no durable job is taken: ${found.store?.failure ?? 'the store is not open'}`]
      : []),
    '',
    ...table(TYPE_HEADING, types.map(typeRow), NUMBERS),
    '',
    ...table(WORKER_HEADING, workers.map(workerRow), NUMBERS),
    ...(workersUnlisted > 0 ? [`and ${workersUnlisted} workers more`] : []),
    '',
  ].join('\n');
}

const TYPE_HEADING = ['type', 'waiting', 'in flight', 'workers', 'answered', 'failed', 'dead'];
const WORKER_HEADING = [
  ...['worker', 'types', 'state', 'load', 'in flight', 'capacity', 'done', 'failed', 'dialect'],
];

/** Columns of numbers: what they are is not told by what they hold, a worker may be called 42. */
const NUMBERS = new Set([
  ...['waiting', 'in flight', 'workers', 'answered', 'failed', 'dead'],
  ...['load', 'capacity', 'done'],
]);

function typeRow(type: Status['types'][number]): Cell[] {
  const { name, waiting, dispatched, workers, answered, failed, dead } = type;
  return [name, waiting, dispatched, workers, answered, failed, dead];
}

function workerRow(worker: Status['workers'][number]): Cell[] {
  const { name, instance, types, state, load, inflight, capacity, done, failed, dialect } = worker;
  const shown = name || instance.slice(0, 8) || dialect;
  return [
    ...[shown, types.join(','), state, load.toFixed(2), inflight, capacity, done, failed, dialect],
  ];
}
