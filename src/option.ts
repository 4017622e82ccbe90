/** What one option is: its type, its range, its names, and the sentence when a value does not fit. */

import { LatidoError } from './errors.ts';

interface Described {
  /** For --help and docs/options.md: what it does; the unit is the suffix of the name. */
  readonly describe: string;
  /** The key whose environment variable this option shares, when it is not its own. */
  readonly environment?: string;
  /** It has no flag: what is typed is seen by everybody on the machine. */
  readonly secret?: boolean;
}

interface StringOption extends Described {
  readonly type: 'string';
  readonly default: string;
  readonly pattern?: RegExp;
  /** Completes "must be …" when the pattern does not fit. */
  readonly mustBe?: string;
  readonly bytesMax?: number;
}

interface StringsOption extends Described {
  readonly type: 'strings';
  readonly default: readonly string[];
  readonly pattern?: RegExp;
  readonly mustBe?: string;
  readonly bytesMax?: number;
}

/** A whole number, if nothing else is said. */
export interface NumberOption extends Described {
  readonly type: 'number';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly fraction?: boolean;
}

interface BooleanOption extends Described {
  readonly type: 'boolean';
  readonly default: boolean;
}

export type Option = StringOption | StringsOption | NumberOption | BooleanOption;
export type OptionTable = Readonly<Record<string, Option>>;
export type OptionValue = string | readonly string[] | number | boolean;

type ValueOf<O extends Option> = O extends NumberOption
  ? number
  : O extends BooleanOption
    ? boolean
    : O extends StringsOption
      ? readonly string[]
      : string;

/** The values of a table's options, all of them present. */
export type OptionsOf<T extends OptionTable> = { readonly [K in keyof T]: ValueOf<T[K]> };

/** What a caller may give: any of the table's options, `undefined` meaning the default. */
export type GivenOptions<T extends OptionTable> = {
  readonly [K in keyof T]?: ValueOf<T[K]> | undefined;
};

/**
 * The given options, checked, with the defaults of the table for the rest. Throws OPTION_INVALID
 * with a sentence that names the option and the value: `option 'heartbeatMs' must be at least 10, got 5`.
 */
export function optionsFrom<T extends OptionTable>(
  table: T,
  given: GivenOptions<T> = {},
): OptionsOf<T> {
  const values: Record<string, OptionValue> = {};
  for (const key of Object.keys(given)) {
    if (!Object.hasOwn(table, key)) throw invalid(`option '${key}' does not exist`);
  }
  for (const [key, option] of Object.entries(table)) {
    const value = given[key];
    if (value === undefined) values[key] = option.default;
    else values[key] = checkOption(key, option, value);
  }
  return values as OptionsOf<T>;
}

/** The value, if the option can have it; throws OPTION_INVALID if not. `name` stands in the sentence. */
export function checkOption(name: string, option: Option, value: unknown): OptionValue {
  const wrong = whyNot(option, value);
  if (wrong !== null) throw invalid(`option '${name}' ${wrong}, got ${shown(value)}`);
  return value as OptionValue;
}

/** The flag of a key: answerTimeoutMs → --answer-timeout-ms. */
export function flagOf(key: string): string {
  return `--${kebab(key)}`;
}

/** The environment variable of a key: answerTimeoutMs → LATIDO_ANSWER_TIMEOUT_MS. */
export function environmentOf(key: string, option: Option): string {
  return `LATIDO_${kebab(option.environment ?? key)
    .replaceAll('-', '_')
    .toUpperCase()}`;
}

function kebab(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function invalid(message: string): LatidoError {
  return new LatidoError('OPTION_INVALID', message);
}

function whyNot(option: Option, value: unknown): string | null {
  switch (option.type) {
    case 'boolean':
      return typeof value === 'boolean' ? null : 'must be true or false';
    case 'number':
      return whyNotNumber(option, value);
    case 'string':
      return whyNotString(option, value);
    case 'strings':
      if (!Array.isArray(value)) return 'must be a list of strings';
      return value.map((item) => whyNotString(option, item)).find((why) => why !== null) ?? null;
  }
}

function whyNotNumber(option: NumberOption, value: unknown): string | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return whyNoNumber(option);
  if (!option.fraction && !Number.isInteger(value)) return whyNoNumber(option);
  if (value < option.min) return `must be at least ${option.min}`;
  return value > option.max ? `must be at most ${option.max}` : null;
}

function whyNoNumber({ fraction }: NumberOption): string {
  return fraction ? 'must be a number' : 'must be a whole number';
}

function whyNotString(option: StringOption | StringsOption, value: unknown): string | null {
  if (typeof value !== 'string') return 'must be a string';
  if (option.pattern !== undefined && !option.pattern.test(value)) {
    return `must be ${option.mustBe ?? `like ${option.pattern.source}`}`;
  }
  const bytes = new TextEncoder().encode(value).length;
  return bytes > (option.bytesMax ?? Infinity) ? `must be at most ${option.bytesMax} bytes` : null;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value.length > 80 ? `${value.slice(0, 80)}…` : value}'`;
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' ? (JSON.stringify(value) ?? 'an object') : String(value);
}
