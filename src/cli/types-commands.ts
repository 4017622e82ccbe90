/** The commands that look at the types of a running broker, and hold them back. */

import { lookOptions, orderOptions } from '../options.ts';
import { command } from './command.ts';

const type = { name: 'type', describe: 'the name of the type' } as const;

export const typesCommands = [
  command({
    name: 'types list',
    describe: 'lists types: what waits, since when, and who serves them',
    table: lookOptions,
    examples: [
      ['latido types list', 'a table of all'],
      ['latido types list --json | jq -r .name', 'a JSON line a type'],
    ],
    run: async (options) => (await import('./types-list.ts')).listTypes(options),
  }),
  command({
    name: 'types pause',
    describe: 'has the jobs of a type wait: they are taken, and go to no worker',
    table: orderOptions,
    positional: type,
    examples: [['latido types pause resize', 'what runs goes on, also through a restart']],
    run: async (options, name) =>
      (await import('./types-order.ts')).orderType('pause', options, name),
  }),
  command({
    name: 'types drain',
    describe: 'has the jobs of a type done, and new ones refused',
    table: orderOptions,
    positional: type,
    examples: [['latido types drain resize', 'before its workers are replaced by others']],
    run: async (options, name) =>
      (await import('./types-order.ts')).orderType('drain', options, name),
  }),
  command({
    name: 'types resume',
    describe: 'ends the pause or the drain of a type',
    table: orderOptions,
    positional: type,
    examples: [['latido types resume resize', 'its jobs are taken and dispatched again']],
    run: async (options, name) =>
      (await import('./types-order.ts')).orderType('resume', options, name),
  }),
];
