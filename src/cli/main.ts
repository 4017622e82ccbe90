import yargs, { type Argv } from 'yargs';
import { LatidoError } from '../errors.ts';
import { versionOf } from '../version.ts';
import { type Command, commands } from './commands.ts';
import { optionsGiven, refuseOddSwitches, yargsOptions } from './flags.ts';

type Typed = Readonly<Record<string, unknown>>;
type Run = (command: Command, typed: Typed) => Promise<number>;

/** Errors that somebody's typing caused, rather than the world: they end with 2. */
const MISUSE = new Set(['OPTION_INVALID', 'HANDLER_INVALID', 'INSECURE_BIND']);

/** Runs one program (`latido` with its commands, or a command alone): 0 done, 1 failed, 2 misuse. */
export async function main(program: string, args: string[]): Promise<number> {
  let running: Promise<number> | undefined;
  const parser = parserFor(program, args);
  const run: Run = (command, typed) => {
    refuseOddSwitches(command.table, args);
    const options = optionsGiven(command.table, typed, process.env);
    running = command.run(options, positionalIn(command, typed));
    return running;
  };
  for (const command of program === 'latido' ? commands : [commandNamed(program)]) {
    addCommand(parser, program === 'latido' ? command.name : '$0', command, run);
  }
  try {
    await parser.parseAsync();
    return (await running) ?? 0;
  } catch (error) {
    const misuse = error instanceof LatidoError ? MISUSE.has(error.code) : running === undefined;
    process.stderr.write(`${sentence(program, error, misuse, args.includes('--json'))}\n`);
    return misuse ? 2 : 1;
  }
}

function parserFor(program: string, args: string[]): Argv {
  const parser = yargs(args)
    .scriptName(program)
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
  if (program !== 'latido') return parser;
  const names = commands.map((command) => command.name).join(', ');
  return parser
    .demandCommand(1, `a command is needed: ${names}`)
    .example('latido demo', 'see it run: a broker, six workers and a load');
}

function commandNamed(name: string): Command {
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) throw new Error(`no command is named ${name}`);
  return command;
}

function addCommand(parser: Argv, name: string, command: Command, run: Run) {
  const positional = command.positional;
  parser.command(
    positional === undefined ? name : `${name} [${positional.name}]`,
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
  // An error that nobody foresaw is a bug: whoever mends it needs its stack.
  const text = known || misuse || !(error instanceof Error) ? message : error.stack;
  if (!json) return `${program}: ${text}`;
  return JSON.stringify({
    level: 'error',
    code: known ? error.code : misuse ? 'OPTION_INVALID' : 'FAILED',
    text,
  });
}
