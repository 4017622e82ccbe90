import { chatOptions } from '../../options.ts';
import { command } from '../command.ts';

/** The program that people talk with, under both of its names. */
export const chatCommands = [
  { name: 'chat', typed: 'latido chat' },
  { name: 'client chat', typed: 'client chat' },
].map(({ name, typed }) =>
  command({
    name,
    describe: 'talks with others in rooms; what begins with / is an order, and /help lists them',
    table: chatOptions,
    examples: [
      [`${typed} --nick Ana --room garden`, 'the key of its first use makes the nick yours'],
      [`${typed} --nick Ana`, 'into a room that the broker finds'],
      [`date | ${typed} --nick clock --room garden`, 'each line of stdin is said'],
      [`tail -f log | ${typed} --nick log --json`, 'what happens, as JSON lines'],
    ],
    run: async (options) => (await import('./run-chat.ts')).runChat(options),
  }),
);
