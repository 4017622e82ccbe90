/** What a command is. */

import type { OptionsOf, OptionTable } from '../option.ts';

interface CommandOf<T extends OptionTable> {
  /** One word, or two: `client submit` is what `submit` means as the first word behind `client`. */
  readonly name: string;
  readonly describe: string;
  readonly table: T;
  readonly positional?: { readonly name: string; readonly describe: string };
  /** Pairs of a command line and what it is for; --help ends with them. */
  readonly examples: readonly (readonly [string, string])[];
  /** Does it; resolves with the exit code. */
  run(options: OptionsOf<T>, positional?: string): Promise<number>;
}

// biome-ignore lint/suspicious/noExplicitAny: commands with different tables stand in one list
export type Command = CommandOf<any>;

/** One command, its options typed by its table. */
export function command<T extends OptionTable>(definition: CommandOf<T>): Command {
  return definition;
}
