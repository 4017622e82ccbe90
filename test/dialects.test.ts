import test from 'ava';
import {
  clientDialects,
  Dialects,
  type WorkerDialect,
  workerDialects,
} from './support/dialect-peers.ts';
import { until } from './support/poll.ts';
import type { Process } from './support/processes.ts';
import { Record } from './support/record.ts';

const record = new Record();
/** A classic worker that waits for a job has nothing more to say: it cannot know that the broker is another. */
const comeBack = workerDialects.filter((dialect) => dialect !== 'classic');

test.serial(
  'a client of any dialect gets its jobs done by a worker of any, also when the broker was killed: its workers register again by themselves',
  async (t) => {
    const dialects = await Dialects.start(t);
    await Promise.all(
      workerDialects.map((dialect) =>
        dialects.worker(dialect, dialect === 'majortomo' ? 'frontend' : 'backend'),
      ),
    );
    t.deepEqual(record.wrongs(await everyPair(dialects, workerDialects, 'before')), []);
    await dialects.cluster.broker.kill();
    await dialects.cluster.startBroker();
    t.deepEqual(record.wrongs(await everyPair(dialects, comeBack, 'after')), []);
    for (const dialect of clientDialects) {
      const label = `dialect="${dialect}"`;
      const submits = await dialects.cluster.metric('latido_dialect_submits_total', label);
      t.is(submits, comeBack.length, dialect);
    }
    for (const dialect of comeBack) {
      const label = `dialect="${dialect}"`;
      const answers = await dialects.cluster.metric('latido_dialect_answers_total', label);
      t.is(answers, clientDialects.length, dialect);
    }
  },
);

test.serial(
  'a job whose worker is killed or frozen is done by another, whatever the dialects of worker and client are',
  async (t) => {
    const dialects = await Dialects.start(t);
    const workers = await Promise.all(
      [...workerDialects, ...workerDialects].map((dialect) => dialects.worker(dialect)),
    );
    const lost: number[] = [];
    const outcomes = await Promise.all(
      workerDialects.map(async (dialect, at) => {
        const client = clientDialects[(at + 1) % clientDialects.length]!;
        const job = `${dialect}-loses-its-worker`;
        const asked = dialects.ask(client, dialect, { job, wait: 400 });
        const worker = await atWork(workers, job);
        lost.push(worker.pid);
        worker.signal(isFrozen(dialect) ? 'SIGSTOP' : 'SIGKILL');
        return asked;
      }),
    );
    t.deepEqual(record.wrongs(outcomes, { lost }), []);
    for (const { job } of outcomes) t.is(record.starts(job).length, 2, job);
  },
);

function isFrozen(dialect: WorkerDialect): boolean {
  return dialect === 'mdp-0.1' || dialect === 'classic';
}

/** A job of each client for each of these workers, all at once. */
function everyPair(dialects: Dialects, workers: readonly WorkerDialect[], when: string) {
  return Promise.all(
    workers.flatMap((worker) =>
      clientDialects.map((client) =>
        dialects.ask(client, worker, { job: `${client}-to-${worker}-${when}`, wait: 5 }),
      ),
    ),
  );
}

/** The worker that does the job. */
function atWork(workers: readonly Process[], job: string): Promise<Process> {
  return until(`${job} starts`, () => {
    const pid = record.starts(job)[0]?.pid;
    return workers.find((worker) => worker.pid === pid);
  });
}
