import type { WorkersListOptions } from '../options.ts';
import { workerName } from '../view/model.ts';
import type { WorkerStatus } from '../view/status.ts';
import { brokerStatus } from './broker-status.ts';
import { print } from './print.ts';
import { type Cell, plainText, table } from './table.ts';

/** So much of a key names its worker, as a rule. */
const KEY_SHOWN = 8;

/** `latido workers list`: a table for people, a JSON line a worker for programs. */
export async function listWorkers({ http, json, type }: WorkersListOptions): Promise<number> {
  const { workers: all, workersUnlisted } = await brokerStatus(http);
  const workers = all.filter(({ types }) => type === '' || types.includes(type));
  const isForPeople = !json && process.stdout.isTTY;
  const lines = isForPeople
    ? workersTable(workers)
    : workers.map((worker) => JSON.stringify(worker));
  await print(lines.map((line) => `${line}\n`).join(''));
  if (workersUnlisted > 0)
    process.stderr.write(
      isForPeople
        ? `and ${workersUnlisted} workers more\n`
        : `${JSON.stringify({ workersUnlisted })}\n`,
    );
  return 0;
}

/** Workers as the lines of a table, each with the beginning of its key. */
export function workersTable(workers: readonly WorkerStatus[]): string[] {
  return table(HEADING, workers.map(workerRow), NUMBERS);
}

const HEADING = [
  ...['worker', 'key', 'types', 'state', 'load', 'jobs', 'done', 'failed', 'dialect'],
];
const NUMBERS = new Set(['load', 'jobs', 'done', 'failed']);

function workerRow(worker: WorkerStatus): Cell[] {
  const { key, types, state, load, inflight, capacity, done, failed, dialect } = worker;
  return [
    plainText(workerName(worker), 32),
    plainText(key.slice(0, KEY_SHOWN)),
    plainText(types.join(','), 32),
    state,
    load.toFixed(2),
    `${inflight}/${capacity}`,
    ...[done, failed, dialect],
  ];
}
