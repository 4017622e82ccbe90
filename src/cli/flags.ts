/** From what was typed, and what the environment says, to the checked options of a table. */

import type { Options } from 'yargs';
import { LatidoError } from '../errors.ts';
import {
  checkOption,
  environmentOf,
  flagOf,
  type NumberOption,
  type Option,
  type OptionsOf,
  type OptionTable,
  type OptionValue,
  optionsFrom,
} from '../option.ts';

type Typed = Readonly<Record<string, unknown>>;

/** A table as yargs wants it. Values stay text: our own checks name the option and the value. */
export function yargsOptions(table: OptionTable): Record<string, Options> {
  return Object.fromEntries(
    Object.entries(table)
      .filter(([, { secret }]) => !secret)
      .map(([key, option]) => [flagOf(key).slice(2), yargsOption(option)]),
  );
}

/** The options: a flag wins over the environment, the environment over the default. */
export function optionsGiven<T extends OptionTable>(
  table: T,
  typed: Typed,
  environment: NodeJS.ProcessEnv,
): OptionsOf<T> {
  const given: Record<string, OptionValue> = {};
  for (const [key, option] of Object.entries(table)) {
    const flag = flagOf(key);
    const variable = environmentOf(key, option);
    const fromFlag = typed[flag.slice(2)];
    const fromEnvironment = environment[variable];
    if (fromFlag !== undefined) given[key] = valueFrom(flag, option, fromFlag);
    else if (fromEnvironment !== undefined && fromEnvironment !== '') {
      given[key] = valueFrom(variable, option, splitIfMany(option, fromEnvironment));
    }
  }
  return optionsFrom(table, given as Partial<OptionsOf<T>>);
}

/** Throws when a switch was given a value that is neither true nor false: yargs takes it for false. */
export function refuseOddSwitches(table: OptionTable, args: readonly string[]): void {
  for (const [key, option] of Object.entries(table)) {
    const start = `${flagOf(key)}=`;
    if (option.type !== 'boolean') continue;
    for (const arg of args) {
      if (arg.startsWith(start)) valueFrom(flagOf(key), option, arg.slice(start.length));
    }
  }
}

function yargsOption(option: Option): Options {
  const type = option.type === 'boolean' ? 'boolean' : 'string';
  const empty = option.default === '' || (Array.isArray(option.default) && !option.default.length);
  const common: Options = { type, describe: option.describe, requiresArg: type === 'string' };
  // A default in yargs would hide whether the flag was given, and so the environment.
  return empty || type === 'boolean'
    ? common
    : { ...common, defaultDescription: String(option.default) };
}

function splitIfMany(option: Option, text: string): string | string[] {
  return option.type === 'strings' ? text.split(',') : text;
}

function valueFrom(name: string, option: Option, value: unknown): OptionValue {
  if (option.type === 'strings') return checkOption(name, option, [value].flat());
  if (Array.isArray(value)) {
    throw new LatidoError(
      'OPTION_INVALID',
      `option '${name}' may be given once, got ${value.map((item) => `'${item}'`).join(' and ')}`,
    );
  }
  return checkOption(name, option, parsed(option, value));
}

function parsed(option: Option, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (option.type === 'number' && numberOf(option).test(value)) return Number(value);
  if (option.type === 'boolean' && /^(?:true|1)$/.test(value)) return true;
  if (option.type === 'boolean' && /^(?:false|0)$/.test(value)) return false;
  return value;
}

function numberOf({ fraction }: NumberOption): RegExp {
  return fraction ? /^\d*\.?\d+$/ : /^-?\d+$/;
}
