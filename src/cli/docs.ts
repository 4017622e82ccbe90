/** Writes docs/options.md, docs/errors.md and docs/metrics.md from the tables; a test sees that they are fresh. */

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { MetricEntry, Section } from '../broker/metrics/section.ts';
import { metricSections } from '../broker/metrics/table.ts';
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

/** docs/metrics.md: every metric with what it tells and what to do. */
export function metricsPage(): string {
  return [
    '# Metrics',
    MADE,
    "`GET /metrics` on the broker's HTTP side (`--http`, 127.0.0.1:9464) answers in Prometheus' text format. The counters are " +
      'plain fields that are read when they are scraped: they equal what has happened since the broker started, and cost ' +
      'nothing in between. A type that nobody uses any more may be forgotten when `--types-max` is reached; its counters then ' +
      'begin at 0 again, which `rate()` takes for what it is.',
    'A scrape holds the loop up for about 4 ms with 1,000 workers and 100 types, and for about 1 ms with a few of each. ' +
      'What is worth an alert, and what to do then, is in [operating.md](operating.md#alerts); dashboards are in `grafana/`.',
    ...metricSections.map(metricSection),
    '',
  ].join('\n\n');
}

function metricSection({ title, intro, metrics, outro }: Section): string {
  const rows = Object.entries(metrics).map(([name, metric]) => metricRow(name, metric));
  const heading = row(['metric', 'kind, labels', 'what it tells', 'what to do']);
  const table = [heading, '| --- | --- | --- | --- |', ...rows].join('\n');
  return [`## ${title}`, intro, table, outro].filter((part) => part !== undefined).join('\n\n');
}

function metricRow(name: string, { kind, labels = [], help, todo }: MetricEntry): string {
  const all = kind === 'summary' ? [...labels, 'quantile'] : labels;
  return row([`\`${name}\``, [kind, ...all.map((label) => `\`${label}\``)].join(', '), help, todo]);
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
  writeFileSync(new URL('metrics.md', docs), metricsPage());
}
