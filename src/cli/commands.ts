/** What the programs are called, which options they have, and the function that does each. */

import {
  answerOptions,
  benchOptions,
  brokerOptions,
  cancelOptions,
  clientOptions,
  demoOptions,
  statusOptions,
  storeCheckOptions,
  submitOptions,
  workerOptions,
} from '../options.ts';
import { adminCommands } from './admin-commands.ts';
import { chatCommands } from './chat/commands.ts';
import { type Command, command } from './command.ts';

export type { Command } from './command.ts';

/** Every command of `latido`. Each loads its own code only when it runs. */
export const commands: readonly Command[] = [
  command({
    name: 'broker',
    describe: 'takes jobs from clients and gives each to the freest worker',
    table: brokerOptions,
    examples: [
      ['broker', 'serve on the default ports of this machine'],
      ['broker --frontend tcp://127.0.0.1:* --json', 'a free port, printed as JSON'],
    ],
    run: async (options) => (await import('./run-broker.ts')).runBroker(options),
  }),
  command({
    name: 'worker',
    describe: 'does the jobs of one or more types',
    table: workerOptions,
    examples: [
      ['worker --type A', 'jobs of type A with the handler that comes along (also B, C)'],
      ['worker --type resize --handler ./resize.ts', 'a handler of your own'],
    ],
    run: async (options) => (await import('./run-worker.ts')).runWorker(options),
  }),
  command({
    name: 'client',
    describe: 'hands in one job, the lines of stdin, or a load, and waits for the answers',
    table: clientOptions,
    positional: {
      name: 'body',
      describe: 'the body of the job; without one, each line of stdin is a job, empty ones too',
    },
    examples: [
      ['client --type A hello', 'one job, its answer on stdout'],
      ['client --type A < jobs.ndjson > answers.ndjson', 'a job a line, answers in that order'],
      ['client --type A --count 10000 --concurrency 256', 'a load, and its figures'],
      ['client submit --help', 'hand in a job that the broker keeps, and do not wait'],
      ['client answer --help', 'ask for the answer of a job that the broker keeps'],
      ['client cancel --help', 'cancel a job that the broker keeps'],
      ['client chat --help', 'talk with others'],
    ],
    run: async (options, body) => (await import('./run-client.ts')).runClient(options, body),
  }),
  command({
    name: 'client submit',
    describe: 'hands in a job that the broker keeps, and prints its id',
    table: submitOptions,
    positional: {
      name: 'body',
      describe: 'the body of the job; without one, each line of stdin is a job, empty ones too',
    },
    examples: [
      ['client submit --type A hello', 'a job that outlives every crash; its id on stdout'],
      ['client submit --type A --id order-4711 hello', 'twice the same id is the same job'],
      ['client submit --type A --at 2030-01-02T03:04:05Z < jobs.ndjson', 'a job a line, for later'],
    ],
    run: async (options, body) => (await import('./client-submit.ts')).submitJobs(options, body),
  }),
  command({
    name: 'client answer',
    describe: 'prints the answer of a job that the broker keeps, when it has one',
    table: answerOptions,
    positional: { name: 'id', describe: 'the id of the job' },
    examples: [
      ['client answer order-4711', 'as often as you like, for as long as answers are kept'],
      ['client answer order-4711 --timeout-ms 1000', 'wait at most a second'],
    ],
    run: async (options, id) => (await import('./client-kept.ts')).printAnswer(options, id),
  }),
  command({
    name: 'client cancel',
    describe: 'cancels a job that the broker keeps',
    table: cancelOptions,
    positional: { name: 'id', describe: 'the id of the job' },
    examples: [['client cancel order-4711', 'it goes away, or its handler is told to stop']],
    run: async (options, id) => (await import('./client-kept.ts')).cancelJob(options, id),
  }),
  ...chatCommands,
  command({
    name: 'demo',
    describe: 'a broker, two workers for each of A, B, C and chat, and a steady load, until Ctrl-C',
    table: demoOptions,
    examples: [
      ['latido demo --jobs-per-second 300', 'twice the load'],
      ['latido demo --chaos', 'with workers that fail, stall and die'],
    ],
    run: async (options) => (await import('./demo.ts')).demo(options),
  }),
  command({
    name: 'bench',
    describe: 'measures this machine: one broker, one worker, one client',
    table: benchOptions,
    examples: [['latido bench --seconds 5', 'measure each figure for five seconds']],
    run: async (options) => (await import('./bench.ts')).bench(options),
  }),
  command({
    name: 'status',
    describe: 'shows types, workers and waiting jobs of a running broker',
    table: statusOptions,
    examples: [['latido status --json', 'the same for a script']],
    run: async (options) => (await import('./status.ts')).status(options),
  }),
  command({
    name: 'store check',
    describe: 'verifies all that a data directory holds, and changes nothing',
    table: storeCheckOptions,
    examples: [['latido store check --data ./latido-data', 'while no broker has it']],
    run: async (options) => (await import('./store-check.ts')).storeCheck(options),
  }),
  ...adminCommands,
];
