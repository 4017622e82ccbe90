import type { Watcher, WorkerEvent } from '../core/outbox.ts';
import type { Worker } from '../core/worker.ts';
import type { Log, LogEvent } from './log.ts';

/** More lines than that in one second are counted and not written. */
const LINES_A_SECOND = 200;

const sentences: Record<WorkerEvent, [level: 'info' | 'warn', text: string]> = {
  joined: ['info', 'a worker has joined'],
  back: ['info', 'a worker is back'],
  stalled: ['warn', 'a worker does not report: it gets no jobs until it does'],
  awake: ['info', 'a worker reports again'],
  away: ['warn', 'the connection of a worker has ended, its process lives: it is waited for'],
  leaving: ['info', 'a worker is leaving'],
  gone: ['warn', 'a worker is gone: its jobs go to others'],
};

/** Writes what happens to workers into the log, and no more of it than a log can take. */
export function logWatcher(log: Log, second: () => number = secondNow): Watcher {
  let present = 0;
  let lines = 0;
  return {
    worker(worker, event) {
      const at = second();
      if (at !== present) {
        const unwritten = lines - LINES_A_SECOND;
        if (unwritten > 0) {
          log({
            level: 'warn',
            text: 'more happened to workers than is written',
            lines: unwritten,
          });
        }
        present = at;
        lines = 0;
      }
      if (++lines <= LINES_A_SECOND) log(lineOf(worker, event));
    },
  };
}

function secondNow(): number {
  return Math.floor(performance.now() / 1000);
}

function lineOf(worker: Worker, event: WorkerEvent): LogEvent {
  const [level, text] = sentences[event];
  const quiet = event === 'gone' && worker.leaving && worker.inflight === 0;
  return {
    level: quiet ? 'info' : level,
    text: quiet ? 'a worker has left' : text,
    worker: worker.shownName,
    key: worker.identity,
    types: worker.types.map(({ name }) => name).join(','),
    inflight: worker.inflight,
  };
}
