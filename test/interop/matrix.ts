/** Every client's dialect with every worker's, each with its worker killed and frozen at the job. Run by `npm run test:interop`. */

import test from 'ava';
import { clientDialects, Dialects, workerDialects } from '../support/dialect-peers.ts';
import { until } from '../support/poll.ts';
import type { Process } from '../support/processes.ts';
import { type Outcome, Record } from '../support/record.ts';

const record = new Record();

for (const dialect of workerDialects) {
  test.serial(
    `jobs of all clients are done though the ${dialect} worker at each is killed or frozen, and after the broker is killed`,
    async (t) => {
      const dialects = await Dialects.start(t);
      const lost: number[] = [];
      const outcomes: Outcome[] = [];
      let first = await dialects.worker(dialect);
      for (const client of clientDialects) {
        for (const signal of ['SIGKILL', 'SIGSTOP'] as const) {
          const job = `${client}-to-${dialect}-${signal}`;
          const asked = dialects.ask(client, dialect, { job, wait: 1000 });
          await startedBy(job, first, 1);
          const second = await dialects.worker(dialect);
          first.signal(signal);
          lost.push(first.pid);
          outcomes.push(await asked);
          await first.kill();
          await startedBy(job, second, 2);
          first = second;
        }
      }
      t.deepEqual(record.wrongs(outcomes, { lost }), []);
      await dialects.cluster.broker.kill();
      await dialects.cluster.startBroker();
      if (dialect === 'classic') await dialects.worker(dialect);
      const after = clientDialects.map((client) =>
        dialects.ask(client, dialect, { job: `${client}-to-${dialect}-after`, wait: 5 }),
      );
      t.deepEqual(record.wrongs(await Promise.all(after)), []);
    },
  );
}

/** Waits until the job has been begun so often, the last time by that worker. */
async function startedBy(job: string, worker: Process, times: number): Promise<void> {
  await until(`${job} is begun by ${worker.pid}`, () => {
    const starts = record.starts(job);
    return starts.length === times && starts[times - 1]!.pid === worker.pid;
  });
}
