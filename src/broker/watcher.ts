import type { Watcher, WorkerEvent } from '../core/outbox.ts';
import type { Log } from './log.ts';

const sentences: Record<WorkerEvent, [level: 'info' | 'warn', text: string]> = {
  joined: ['info', 'a worker has joined'],
  back: ['info', 'a worker is back'],
  stalled: ['warn', 'a worker does not report: it gets no jobs until it does'],
  awake: ['info', 'a worker reports again'],
  away: ['warn', 'the connection of a worker has ended, its process lives: it is waited for'],
  leaving: ['info', 'a worker is leaving'],
  gone: ['warn', 'a worker is gone: its jobs go to others'],
};

/** Writes what happens to workers into the log. */
export function logWatcher(log: Log): Watcher {
  return {
    worker(worker, event) {
      const [level, text] = sentences[event];
      const quiet = event === 'gone' && worker.leaving && worker.inflight === 0;
      const types = worker.types.map(({ name }) => name).join(',');
      log({
        level: quiet ? 'info' : level,
        text: quiet ? 'a worker has left' : text,
        worker: worker.name || worker.instance.slice(0, 8) || worker.dialect,
        types,
        inflight: worker.inflight,
      });
    },
  };
}
