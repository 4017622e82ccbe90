import { chatCommands } from '../../index.ts';

const WIDTH = 22;
const ESCAPED = { typed: '//text', describe: "says a text that begins with '/'" };

/** The names of all commands, as they are typed. */
export const commandNames: readonly string[] = chatCommands.map(({ name }) => name);

/** The commands in columns: what is typed, and what it is for. */
export const helpLines: readonly string[] = [...chatCommands, ESCAPED].map(
  ({ typed, describe }) => `${typed.padEnd(WIDTH)} ${describe}`,
);
