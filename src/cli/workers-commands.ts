/** The commands that look at the workers of a running broker, and send one away. */

import { lookOptions, orderOptions, workersListOptions } from '../options.ts';
import { command } from './command.ts';

const worker = {
  name: 'worker',
  describe: 'its key or the beginning of it, or its name where no other worker has it',
} as const;

export const workersCommands = [
  command({
    name: 'workers list',
    describe: 'lists workers: what they serve, their state, load and jobs',
    table: workersListOptions,
    examples: [
      ['latido workers list --type A', 'those that serve type A'],
      ['latido workers list --json | jq -r .key', 'a JSON line a worker'],
    ],
    run: async (options) => (await import('./workers-list.ts')).listWorkers(options),
  }),
  command({
    name: 'workers show',
    describe: 'shows one worker: its reports, its jobs, what happened to it',
    table: lookOptions,
    positional: worker,
    examples: [['latido workers show A1', 'by its name']],
    run: async (options, which) => (await import('./workers-show.ts')).showWorker(options, which),
  }),
  command({
    name: 'workers drain',
    describe: 'has one worker finish what it runs, hand back the rest, and end',
    table: orderOptions,
    positional: worker,
    examples: [['latido workers drain A1', 'before its machine goes down']],
    run: async (options, which) => (await import('./workers-drain.ts')).drainWorker(options, which),
  }),
];
