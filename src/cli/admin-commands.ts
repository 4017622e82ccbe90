/** The commands that look at a running broker and its jobs, and change them by hand. */

import {
  deadChangeOptions,
  deadListOptions,
  jobShowOptions,
  jobsCancelOptions,
  jobsListOptions,
  lookOptions,
  storeBackupOptions,
  topOptions,
} from '../options.ts';
import { command } from './command.ts';
import { typesCommands } from './types-commands.ts';
import { workersCommands } from './workers-commands.ts';

const id = { name: 'id', describe: 'the id of the job' } as const;

export const adminCommands = [
  command({
    name: 'top',
    describe: 'shows the broker at a glance, live: is all well, types, workers, what happened',
    table: topOptions,
    examples: [
      ['latido top', 'q leaves, ? lists the keys'],
      ['latido top --once', 'one picture, as text'],
      ['latido top --json | jq .figures.waiting', 'a JSON line whenever something is another'],
    ],
    run: async (options) => (await import('./top/run-top.ts')).runTop(options),
  }),
  ...typesCommands,
  ...workersCommands,
  command({
    name: 'jobs list',
    describe: 'lists jobs by type, state and time',
    table: jobsListOptions,
    examples: [
      ['latido jobs list --type A --state waiting', 'what waits, and for what'],
      ['latido jobs list --since 2h --json | jq .id', 'a JSON line a job'],
    ],
    run: async (options) => (await import('./jobs-list.ts')).listJobs(options),
  }),
  command({
    name: 'jobs recent',
    describe: 'lists jobs that were seen of late: a sample, and all with more than one attempt',
    table: lookOptions,
    examples: [['latido jobs recent', 'jobs show says why each of them went where it went']],
    run: async (options) => (await import('./jobs-list.ts')).listRecent(options),
  }),
  command({
    name: 'jobs show',
    describe: 'shows the whole life of a job: options, attempts and why there, body and answer',
    table: jobShowOptions,
    positional: id,
    examples: [['latido jobs show order-4711', 'also of one that has ended']],
    run: async (options, which) => (await import('./job-show.ts')).showJob(options, which),
  }),
  command({
    name: 'jobs cancel',
    describe: 'cancels an open job, or all that a filter means',
    table: jobsCancelOptions,
    positional: id,
    examples: [
      ['latido jobs cancel order-4711', 'it goes away, or its handler is told to stop'],
      ['latido jobs cancel --type A --state waiting', 'all of type A that wait'],
    ],
    run: async (options, which) => (await import('./jobs-change.ts')).cancelJobs(options, which),
  }),
  command({
    name: 'dead list',
    describe: 'lists dead letters: jobs whose last attempt has failed or was lost',
    table: deadListOptions,
    examples: [['latido dead list --type A --since 7d', 'those submitted in the last week']],
    run: async (options) => (await import('./jobs-list.ts')).listDead(options),
  }),
  command({
    name: 'dead show',
    describe: 'shows a dead letter: its last 32 attempts, each with worker, time and cause',
    table: jobShowOptions,
    positional: id,
    examples: [['latido dead show order-4711', 'why it died, and what its body was']],
    run: async (options, which) => (await import('./job-show.ts')).showDead(options, which),
  }),
  command({
    name: 'dead retry',
    describe: 'has a dead letter tried again, or all that a filter means, with no attempts charged',
    table: deadChangeOptions,
    positional: id,
    examples: [
      ['latido dead retry order-4711', 'the same job, under the same id'],
      ['latido dead retry --type A --since 2h', 'those of type A submitted in the last two hours'],
    ],
    run: async (options, which) => (await import('./jobs-change.ts')).retryDead(options, which),
  }),
  command({
    name: 'dead drop',
    describe: 'throws a dead letter away, or all that a filter means',
    table: deadChangeOptions,
    positional: id,
    examples: [
      ['latido dead drop order-4711', 'its id is free again'],
      ['latido dead drop --until 30d', 'those submitted more than thirty days ago'],
    ],
    run: async (options, which) => (await import('./jobs-change.ts')).dropDead(options, which),
  }),
  command({
    name: 'store backup',
    describe: 'writes a copy of the store into one file, while the broker runs',
    table: storeBackupOptions,
    positional: { name: 'file', describe: 'a file that is not there yet' },
    examples: [
      ['latido store backup ./latido-backup.db', 'it becomes latido.db of a new directory'],
    ],
    run: async (options, file) => (await import('./store-backup.ts')).storeBackup(options, file),
  }),
];
