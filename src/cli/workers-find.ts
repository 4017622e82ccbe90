import { LatidoError } from '../errors.ts';
import type { WorkerStatus } from '../view/status.ts';
import { brokerStatus } from './broker-status.ts';

const NAMED_MAX = 5;
const PREFIX_LEAST = 4;

/**
 * The key of the worker that is meant: by its key, by the beginning of it, or by its name where no other has it. Throws
 * WORKER_UNKNOWN when none is, or more than one.
 */
export async function keyOfWorker(http: string, meant: string | undefined): Promise<string> {
  if (meant === undefined)
    throw new LatidoError('OPTION_INVALID', 'a worker is needed: its key, or its name');
  const { workers } = await brokerStatus(http);
  return keyAmong(workers, meant);
}

/** The same, of workers that are known. */
export function keyAmong(workers: readonly WorkerStatus[], meant: string): string {
  const exact = workers.find(({ key }) => key === meant);
  if (exact !== undefined) return exact.key;
  const named = workers.filter(({ name }) => name === meant);
  const found = named.length > 0 ? named : startingWith(workers, meant);
  const [first] = found;
  if (first === undefined)
    throw new LatidoError('WORKER_UNKNOWN', `no worker '${meant}': latido workers list names them`);
  if (found.length === 1) return first.key;
  const keys = found.slice(0, NAMED_MAX).map(({ key }) => key);
  const more = found.length > NAMED_MAX ? ', …' : '';
  throw new LatidoError(
    'WORKER_UNKNOWN',
    `${found.length} workers are meant by '${meant}': name one by its key (${keys.join(', ')}${more})`,
  );
}

function startingWith(workers: readonly WorkerStatus[], start: string): readonly WorkerStatus[] {
  if (start.length < PREFIX_LEAST) return [];
  return workers.filter(({ key }) => key.startsWith(start));
}
