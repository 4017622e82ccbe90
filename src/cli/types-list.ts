import type { LookOptions } from '../options.ts';
import type { TypeStatus } from '../view/status.ts';
import { durationText } from '../view/units.ts';
import { brokerStatus } from './broker-status.ts';
import { print } from './print.ts';
import { type Cell, plainText, table } from './table.ts';

/** `latido types list`: a table for people, a JSON line a type for programs. */
export async function listTypes({ http, json }: LookOptions): Promise<number> {
  const { types } = await brokerStatus(http);
  const isForPeople = !json && process.stdout.isTTY;
  const lines = isForPeople ? typesTable(types) : types.map((type) => JSON.stringify(type));
  await print(lines.map((line) => `${line}\n`).join(''));
  return 0;
}

/** Types as the lines of a table. */
export function typesTable(types: readonly TypeStatus[]): string[] {
  return table(HEADING, types.map(typeRow), NUMBERS);
}

const HEADING = [
  ...['type', 'state', 'waiting', 'oldest', 'in flight', 'workers', 'answered', 'failed', 'dead'],
];
const NUMBERS = new Set(HEADING.slice(2));

function typeRow(type: TypeStatus): Cell[] {
  const { name, state, waiting, oldestMs, dispatched, workers, answered, failed, dead } = type;
  const oldest = waiting === 0 ? '-' : durationText(oldestMs);
  const counts = [dispatched, workers, answered, failed, dead];
  return [plainText(name, 64), state, waiting, oldest, ...counts];
}
