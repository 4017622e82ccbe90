/** What a broker says of itself over HTTP, awaited. */

import type { Hub } from './hub.ts';
import { sleep } from './proc.ts';

interface Status {
  readonly types: readonly {
    readonly name: string;
    readonly waiting: number;
    readonly answered: number;
  }[];
  readonly workers: readonly unknown[];
}

const POLL_MS = 100;
const WAIT_MS = 60_000;

/** Resolves when this many jobs wait at the broker. */
export function untilWaiting(hub: Hub, jobs: number): Promise<void> {
  return until(hub, `${jobs} jobs waiting`, ({ types }) => {
    return types.reduce((sum, type) => sum + type.waiting, 0) >= jobs;
  });
}

/** Resolves when this many workers have joined. */
export function untilWorkers(hub: Hub, workers: number): Promise<void> {
  return until(hub, `${workers} workers`, (status) => status.workers.length >= workers);
}

/** Resolves when this many jobs have been answered, within the time. */
export function untilAnswered(hub: Hub, jobs: number, waitMs: number): Promise<void> {
  const holds = ({ types }: Status) => types.reduce((sum, type) => sum + type.answered, 0) >= jobs;
  return until(hub, `${jobs} jobs answered`, holds, waitMs);
}

async function until(
  hub: Hub,
  what: string,
  holds: (status: Status) => boolean,
  waitMs = WAIT_MS,
): Promise<void> {
  const deadline = Date.now() + waitMs;
  while (Date.now() < deadline) {
    const response = await fetch(`${hub.http}/api/status`);
    if (holds((await response.json()) as Status)) return;
    await sleep(POLL_MS);
  }
  throw new Error(`the broker did not have ${what} in ${waitMs} ms`);
}
