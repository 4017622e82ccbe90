import yargs, { type Argv } from 'yargs';
import { LatidoError } from '../errors.ts';
import { versionOf } from '../version.ts';
import { type Command, commands } from './commands.ts';
import { optionsGiven, refuseOddSwitches, yargsOptions } from './flags.ts';

type Typed = Readonly<Record<string, unknown>>;
type Run = (command: Command, typed: Typed) => Promise<number>;

const DEMO = ['latido demo', 'see it run: a broker, eight workers and a load'] as const;

/** Errors that somebody's typing caused, rather than the world: they end with 2. */
const MISUSE = new Set(['OPTION_INVALID', 'HANDLER_INVALID', 'INSECURE_BIND']);

/** Runs one program (`latido` with its commands, or a command alone): 0 done, 1 failed, 2 misuse. */
export async function main(program: string, args: string[]): Promise<number> {
  let running: Promise<number> | undefined;
  const { title, command, rest } = commandIn(program, args);
  const run: Run = (found, typed) => {
    refuseOddSwitches(found.table, rest);
    const options = optionsGiven(found.table, typed, process.env);
    running = found.run(options, positionalIn(found, typed));
    return running;
  };
  try {
    const parser = command === null ? listOf(title, rest) : parserFor(title, rest);
    if (command !== null) addCommand(parser, command, run);
    await parser.parseAsync();
    return (await running) ?? 0;
  } catch (error) {
    const misuse = error instanceof LatidoError ? MISUSE.has(error.code) : running === undefined;
    process.stderr.write(`${sentence(program, error, misuse, args.includes('--json'))}\n`);
    return misuse ? 2 : 1;
  }
}

interface Found {
  /** What was typed of it: `latido client submit`, or `client submit`. */
  readonly title: string;
  /** Null where more words are needed to say which. */
  readonly command: Command | null;
  readonly rest: string[];
}

/** The command that the first words name. Later words never do: they may be the body of a job. */
function commandIn(program: string, args: string[]): Found {
  const words = program === 'latido' ? args : [program, ...args];
  const before = words === args ? 'latido ' : '';
  for (const count of [2, 1]) {
    const name = words.slice(0, count).join(' ');
    const command = commands.find((candidate) => candidate.name === name);
    if (command !== undefined) return { title: before + name, command, rest: words.slice(count) };
  }
  const [group = ''] = words;
  const isGroup = commands.some(({ name }) => name.startsWith(`${group} `));
  if (!isGroup) return { title: program, command: null, rest: args };
  return { title: before + group, command: null, rest: words.slice(1) };
}

/** What is shown and said where no command was found: those that there are. */
function listOf(title: string, args: string[]): Argv {
  const group = title.replace(/^latido ?/, '');
  const parser = parserFor(title, args);
  const listed = commands.filter(({ name }) =>
    group === '' ? !isSubCommand(name) : name.startsWith(`${group} `),
  );
  const names = listed.map(({ name }) => name.slice(group.length).trim());
  const commandFirst = () => {
    throw new LatidoError('OPTION_INVALID', `the command comes first: ${title} ${names.join('|')}`);
  };
  for (const [i, { describe, positional }] of listed.entries()) {
    parser.command(usageOf(names[i] ?? '', positional), describe, {}, commandFirst);
  }
  parser.demandCommand(1, `a command is needed: ${names.join(', ')}`);
  const [line, why] = group === '' ? DEMO : (listed[0]?.examples[0] ?? DEMO);
  return parser.example(line, why);
}

/** Of a command that can be had without its second word; `latido --help` need not name it. */
function isSubCommand(name: string): boolean {
  return commands.some((other) => name.startsWith(`${other.name} `));
}

function parserFor(title: string, args: string[]): Argv {
  return yargs(args)
    .scriptName(title)
    .locale('en')
    .parserConfiguration({ 'parse-numbers': false, 'dot-notation': false, 'populate--': true })
    .updateStrings({
      'Unknown argument: %s': {
        one: 'unknown option or argument: %s (see --help)',
        other: 'unknown options or arguments: %s (see --help)',
      },
      'Not enough arguments following: %s': "option '--%s' needs a value",
      string: 'value',
      boolean: 'switch',
    } as unknown as Record<string, string>)
    .version(versionOf())
    .wrap(100)
    .strict()
    .fail(false);
}

function addCommand(parser: Argv, command: Command, run: Run) {
  const { positional } = command;
  parser.command(
    usageOf('$0', positional),
    command.describe,
    (builder) => {
      if (positional !== undefined) {
        builder.positional(positional.name, { type: 'string', describe: positional.describe });
      }
      builder.options(yargsOptions(command.table));
      for (const [line, why] of command.examples) builder.example(line, why);
      return builder;
    },
    async (typed) => {
      await run(command, typed);
    },
  );
}

function usageOf(name: string, positional: Command['positional']): string {
  return positional === undefined ? name : `${name} [${positional.name}]`;
}

/** What stands without a flag, also behind `--`: a body may look like one. */
function positionalIn(command: Command, typed: Typed): string | undefined {
  const name = command.positional?.name;
  const before = name === undefined ? undefined : typed[name];
  const all = [before ?? [], typed['--'] ?? []].flat().map(String);
  const [surplus] = all.slice(name === undefined ? 0 : 1);
  if (surplus === undefined) return all[0];
  throw new LatidoError('OPTION_INVALID', `unknown argument: ${surplus} (see --help)`);
}

function sentence(program: string, error: unknown, misuse: boolean, json: boolean): string {
  const known = error instanceof LatidoError;
  const message = error instanceof Error ? error.message : String(error);
  // An error that nobody foresaw is a bug: whoever mends it needs its stack. What the system says, as of a full disk, is none.
  const isBug = !known && !misuse && error instanceof Error && !('syscall' in error);
  const text = isBug ? error.stack : message;
  if (!json) return `${program}: ${text}`;
  return JSON.stringify({
    level: 'error',
    code: known ? error.code : misuse ? 'OPTION_INVALID' : 'FAILED',
    text,
  });
}
