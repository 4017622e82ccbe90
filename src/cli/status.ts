import type { StatusOptions } from '../options.ts';
import { workerName } from '../view/model.ts';
import type { Status } from '../view/status.ts';
import { many } from '../view/units.ts';
import { brokerStatus } from './broker-status.ts';
import { print } from './print.ts';
import { type Cell, plainText, table } from './table.ts';
import { typesTable } from './types-list.ts';

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
  const letters = found.store?.deadLetters ?? 0;
  return [
    `${plainText(name) || 'broker'} ${version}, ${state}, up for ${seconds} s, ${many(clients, 'client')}`,
    ...(failed
      ? [
          `no durable job is taken: ${found.store?.failure ?? 'the store is not open'}; those that wait on disk are not counted`,
        ]
      : []),
    ...(letters > 0 ? [`${many(letters, 'dead letter')}: see latido dead list`] : []),
    '',
    ...typesTable(types),
    '',
    ...table(WORKER_HEADING, workers.map(workerRow), NUMBERS),
    ...(workersUnlisted > 0 ? [`and ${workersUnlisted} workers more`] : []),
    '',
  ].join('\n');
}

const WORKER_HEADING = [
  ...['worker', 'types', 'state', 'load', 'in flight', 'capacity', 'done', 'failed', 'dialect'],
];

/** What they are is not told by what they hold: a worker may be called 42. */
const NUMBERS = new Set(['load', 'in flight', 'capacity', 'done', 'failed']);

function workerRow(worker: Status['workers'][number]): Cell[] {
  const { types, state, load, inflight, capacity, done, failed, dialect } = worker;
  const shown = plainText(workerName(worker), 64);
  const served = plainText(types.join(','), 64);
  return [shown, served, state, load.toFixed(2), inflight, capacity, done, failed, dialect];
}
