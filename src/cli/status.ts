import type { StatusOptions } from '../options.ts';
import { type BrokerStatus, brokerStatus } from './broker-status.ts';

/** `latido status`: types, workers and waiting jobs, as tables for people or the JSON as it came. */
export async function status({ http, json }: StatusOptions): Promise<number> {
  const found = await brokerStatus(http);
  process.stdout.write(json ? `${JSON.stringify(found)}\n` : statusText(found));
  return 0;
}

/** The status as text with two tables. */
export function statusText(found: BrokerStatus): string {
  const { name, version, state, uptimeSeconds, clients, types, workers } = found;
  return [
    `${name || 'broker'} ${version}, ${state} for ${Math.round(uptimeSeconds)} s, ${clients} clients`,
    '',
    ...table(
      ['type', 'waiting', 'in flight', 'workers', 'answered', 'failed', 'dead'],
      types.map((t) => [
        ...[t.name, t.waiting, t.dispatched, t.workers, t.answered, t.failed, t.dead],
      ]),
    ),
    '',
    ...table(
      ['worker', 'types', 'state', 'load', 'in flight', 'capacity', 'done', 'failed'],
      workers.map((w) => [
        ...[w.name || w.instance.slice(0, 8), w.types.join(','), w.state, w.load.toFixed(2)],
        ...[w.inflight, w.capacity, w.done, w.failed],
      ]),
    ),
    '',
  ].join('\n');
}

type Cell = string | number;

/** Lines with a heading; columns of numbers stand to the right. */
function table(heading: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  const lines = [heading, ...rows];
  const widths = heading.map((_, i) => Math.max(...lines.map((line) => String(line[i]).length)));
  const right = heading.map((_, i) => rows.length > 0 && rows.every((row) => isNumber(row[i])));
  return lines.map((line) =>
    line
      .map((cell, i) =>
        right[i] ? String(cell).padStart(widths[i] ?? 0) : String(cell).padEnd(widths[i] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

function isNumber(cell: Cell | undefined): boolean {
  return typeof cell === 'number' || /^[\d.]+$/.test(cell ?? '');
}
