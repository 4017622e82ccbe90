/** Writes docs/options.md and docs/errors.md from the tables; a test sees that they are fresh. */

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { errorTable } from '../errors.ts';
import { environmentOf, flagOf, type Option, type OptionTable } from '../option.ts';
import { clientSdkOptions, workerSdkOptions } from '../options.ts';
import { commands } from './commands.ts';

const MADE = '<!-- Made by `npm run docs`: edit the table in src, not this page. -->';

/** docs/options.md: every option of every program and of the SDK. */
export function optionsPage(): string {
  const programs = commands.map((command) => section(`latido ${command.name}`, command.table));
  return [
    '# Options',
    MADE,
    'A flag wins over the environment, the environment over the default. `broker`, `worker` and ' +
      '`client` are also programs of their own. The unit of an option is the end of its name.',
    ...programs,
    '## In the SDK',
    '`new Client({ … })` takes ' +
      `${keys(clientSdkOptions)}; \`new Worker({ … })\` takes ${keys(workerSdkOptions)}. They mean ` +
      'what the flags of `client` and `worker` mean, and read no environment. Only ' +
      `\`connectTimeoutMs\` has another default there: ${clientSdkOptions.connectTimeoutMs.default}.`,
    '',
  ].join('\n\n');
}

/** docs/errors.md: every code with its sentence and what to do. */
export function errorsPage(): string {
  const rows = Object.entries(errorTable).map(([code, { wire, sentence, remedy }]) =>
    row([`\`${code}\``, wire === null ? '' : String(wire), sentence, remedy]),
  );
  return [
    '# Errors',
    MADE,
    'Every error that the SDK throws is a `LatidoError` whose `code` is one of these; a handler that ' +
      'throws an error with a `code` of its own sends that along. The number is the code in a ' +
      'REFUSE record of the [protocol](protocol.md).',
    [
      row(['code', 'number', 'what happened', 'what to do']),
      '| --- | --: | --- | --- |',
      ...rows,
    ].join('\n'),
    '',
  ].join('\n\n');
}

function section(title: string, table: OptionTable): string {
  const rows = Object.entries(table).map(([key, option]) =>
    row([
      option.secret ? '' : `\`${flagOf(key)}\``,
      `\`${environmentOf(key, option)}\``,
      shownDefault(option),
      range(option),
      option.describe,
    ]),
  );
  const heading = row(['flag', 'environment', 'default', 'range', 'what it does']);
  return `## ${title}\n\n${[heading, '| --- | --- | --- | --- | --- |', ...rows].join('\n')}`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
}

function shownDefault(option: Option): string {
  const text = String(option.default);
  return text === '' ? '' : `\`${text}\``;
}

function range(option: Option): string {
  if (option.type === 'number') return `${option.min} to ${option.max}`;
  if (option.type === 'boolean') return 'true, false';
  if (option.mustBe !== undefined) return option.mustBe;
  return option.bytesMax === undefined ? '' : `at most ${option.bytesMax} bytes`;
}

function keys(table: OptionTable): string {
  return Object.keys(table)
    .map((key) => `\`${key}\``)
    .join(', ');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const docs = new URL('../../docs/', import.meta.url);
  writeFileSync(new URL('options.md', docs), optionsPage());
  writeFileSync(new URL('errors.md', docs), errorsPage());
}
