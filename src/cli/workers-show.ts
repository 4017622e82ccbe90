import type { LookOptions } from '../options.ts';
import type { WorkerView } from '../view/live.ts';
import { workerName } from '../view/model.ts';
import { durationText } from '../view/units.ts';
import { lookAt } from './broker-http.ts';
import { second } from './jobs-list.ts';
import { print } from './print.ts';
import { plainText } from './table.ts';
import { workerWords } from './top/happened.ts';
import { sparks } from './top/sparks.ts';
import { keyOfWorker } from './workers-find.ts';

const JOBS_SHOWN = 10;
const SECONDS = 60;

/** `latido workers show`: all that is known of a worker. */
export async function showWorker({ http, json }: LookOptions, meant?: string): Promise<number> {
  const key = await keyOfWorker(http, meant);
  const worker = await lookAt<WorkerView>(http, `/api/workers/${encodeURIComponent(key)}`, 'types');
  const isForPeople = !json && process.stdout.isTTY;
  await print(isForPeople ? workerText(worker) : `${JSON.stringify(worker)}\n`);
  return 0;
}

/** A worker, for people. */
export function workerText(worker: WorkerView): string {
  const { key, state, dialect, types, capacity, load, inflight, done, failed } = worker;
  const { reportAgeMs, rank, penalty, joinedAt, jobs, history, happenings } = worker;
  const age =
    reportAgeMs === null ? 'it never reports' : `reported ${durationText(reportAgeMs)} ago`;
  const lines = [
    `${plainText(workerName(worker), 64)}: ${state}, ${dialect}, key ${plainText(key)}`,
    `types ${plainText(types.join(', '), 200)}; joined ${instant(joinedAt)}`,
    `${inflight} of ${capacity} jobs, ${done} done, ${failed} failed`,
    `load ${load.toFixed(2)}, ${age}; rank ${rank.toFixed(2)}, penalty ${penalty.toFixed(2)}`,
  ];
  const loads = history.load.slice(-SECONDS);
  if (loads.length > 0) lines.push(`load, last ${loads.length} s: ${sparks(loads, 1)}`);
  if (jobs.length > 0) lines.push(`has ${jobsText(jobs)}`);
  for (const { at, event } of happenings) lines.push(`${instant(at)} ${workerWords[event]}`);
  return `${lines.join('\n')}\n`;
}

function jobsText(jobs: readonly string[]): string {
  const more = jobs.length > JOBS_SHOWN ? ', …' : '';
  return (
    jobs
      .slice(0, JOBS_SHOWN)
      .map((id) => plainText(id))
      .join(', ') + more
  );
}

function instant(at: number): string {
  return second(new Date(at).toISOString());
}
