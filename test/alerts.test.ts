import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { alerts } from '../grafana/src/alerts.ts';
import { alertsFile } from '../grafana/src/alerts-file.ts';
import type { AlertCase } from './support/alert-case.ts';
import { alertCases } from './support/alert-cases.ts';
import { FAULT_SECONDS, healthy, STEP_SECONDS } from './support/alert-series.ts';
import { hasPromtool, promtool } from './support/promtool.ts';

const METRIC = /\b(?:latido|process)_[a-z_]+/g;

test('grafana/alerts.yml is what the table of alerts says', (t) => {
  t.is(read('grafana/alerts.yml'), alertsFile(), 'run: npm run alerts');
});

test('each alert has a runbook: a section of docs/operating.md', (t) => {
  const headings = [...read('docs/operating.md').matchAll(/^### (Latido\w+)$/gm)];
  t.deepEqual(
    headings.map(([, name]) => name).toSorted(),
    alerts.map(({ name }) => name).toSorted(),
  );
});

test('alerts ask only for metrics that docs/metrics.md describes', (t) => {
  const page = read('docs/metrics.md');
  const asked = new Set(alertsFile().match(METRIC));
  const unknown = [...asked].filter((name) => {
    const family = name.replace(/_(?:bucket|sum|count)$/, '');
    return (
      name.startsWith('latido') && ![name, family].some((each) => page.includes(`\`${each}\``))
    );
  });
  t.true(asked.size > 10);
  t.deepEqual(unknown, []);
});

test('each alert has a case in which it fires, and one in which it is silent', (t) => {
  for (const { name } of alerts) {
    const own = alertCases.filter(({ about }) => about === name);
    t.true(
      own.some(({ firing }) => firing.length > 0),
      name,
    );
    t.true(
      own.some(({ firing }) => firing.length === 0),
      name,
    );
  }
});

test("Prometheus' own tool finds nothing wrong with the alerts", (t) => {
  if (withoutPromtool(t)) return;
  const folder = folderOf(t);
  t.is(wrongs('check', 'rules', join(folder, 'alerts.yml')), '');
});

test('alerts fire when they should, and when a broker is well none does', (t) => {
  if (withoutPromtool(t)) return;
  const file = join(folderOf(t), 'cases.json');
  const well = [0, 300, 900].map((at): AlertCase => {
    return { about: 'none', title: `all is well ${at}`, at, series: {}, firing: [] };
  });
  // All in one, each a broker of its own, takes a tenth of the time; but a broker that is not there must be the only one.
  const cases = [...well, ...alertCases];
  const alone = cases.filter(({ series }) => series.up === null);
  const tests = [cases.filter((each) => !alone.includes(each)), ...alone.map((each) => [each])];
  const evaluation_interval = `${STEP_SECONDS}s`;
  const content = { rule_files: ['alerts.yml'], evaluation_interval, tests: tests.map(together) };
  writeFileSync(file, JSON.stringify(content));
  t.is(wrongs('test', 'rules', file), '');
});

function together(cases: readonly AlertCase[]): object {
  return {
    interval: `${STEP_SECONDS}s`,
    input_series: cases.flatMap(inputSeries),
    promql_expr_test: cases.map((each) => ({
      expr: `count by (alertname, type, code) (ALERTS{alertstate="firing",${instanceOf(each)}})`,
      eval_time: `${FAULT_SECONDS + each.at}s`,
      exp_samples: each.firing.map((labels) => ({ labels, value: 1 })),
    })),
  };
}

/** What has been read of one broker, with the labels that Prometheus adds. */
function inputSeries(of: AlertCase): object[] {
  return Object.entries({ ...healthy, ...of.series }).flatMap(([name, values]) => {
    if (values === null) return [];
    const [metric = '', labels = ''] = name.split(/[{}]/);
    const job = labels.includes('job=') ? '' : 'job="latido"';
    const all = [labels, instanceOf(of), job].filter(Boolean).join(',');
    return { series: `${metric}{${all}}`, values };
  });
}

/** One broker a case, called by what it is about; without the label where there is none at all. */
function instanceOf({ about, title, series }: AlertCase): string {
  return series.up === null ? 'instance=""' : `instance="${about}: ${title}"`;
}

/** A folder with the rules in it. */
function folderOf(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'latido-alerts-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'alerts.yml'), alertsFile());
  return folder;
}

function withoutPromtool(t: ExecutionContext): boolean {
  if (hasPromtool) return false;
  t.log('skipped: promtool is not installed (Debian: prometheus)');
  t.pass();
  return true;
}

/** What it finds wrong. */
function wrongs(...args: string[]): string {
  const { status, said } = promtool(args);
  return status === 0 ? '' : said;
}

function read(file: string): string {
  return readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
}
