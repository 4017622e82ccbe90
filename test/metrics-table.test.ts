import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { Page, series } from '../src/broker/metrics/page.ts';
import { metricSections } from '../src/broker/metrics/table.ts';
import { ownSection } from '../src/broker/metrics/table-own.ts';
import { hasPromtool, promtool } from './support/promtool.ts';
import { shown } from './support/shown-broker.ts';

test('the panels of the dashboards ask only for metrics that there are', async (t) => {
  const told = [...(await (await shown(t)).metrics()).keys()].map((line) => line.split('{')[0]!);
  const described = metricSections.flatMap(({ metrics }) => Object.keys(metrics));
  const names = new Set([...told, ...described]);
  const isThere = (name: string) => {
    return names.has(name) || names.has(name.replace(/_(?:bucket|sum|count)$/, ''));
  };
  const asked = new Set(queries().flatMap((query) => query.match(METRIC_NAME) ?? []));
  t.true(asked.size > 20, `${asked.size}`);
  t.deepEqual(
    [...asked].filter((name) => !isThere(name)),
    [],
  );
});

test('each metric of the table is on the page of a broker or of a worker, with its kind and its labels, and no other', async (t) => {
  const broker = await shown(t);
  broker.worker('w', ['A']);
  broker.drops.set('magic', 1);
  const text = await broker.metricsText();
  const own = (name: string) => Object.hasOwn(ownSection.metrics, name);
  const described = metricSections
    .flatMap(({ metrics }) => Object.entries(metrics))
    .filter(([name]) => !own(name))
    .map(([name, { kind }]) => `${name} ${kind}`);
  const told = [...text.matchAll(/^# TYPE (latido_\w+ \w+)/gm)].map((match) => match[1]!);
  t.deepEqual(told.toSorted(), described.toSorted());
  for (const { metrics } of metricSections) {
    for (const [name, { labels = [] }] of Object.entries(metrics)) {
      const line = new RegExp(`^${name}(?:_sum)?(?:\\{(.*)\\})? `, 'm').exec(text);
      if (line === null) continue;
      const keys = [...(line[1] ?? '').matchAll(/(\w+)="/g)].map((match) => match[1]!);
      t.deepEqual(
        keys.filter((key) => key !== 'quantile').toSorted(),
        [...labels].toSorted(),
        name,
      );
    }
  }
});

test("Prometheus' own tool finds nothing wrong with the metrics and the dashboards' queries", async (t) => {
  if (!hasPromtool) {
    t.log('skipped: promtool is not installed (Debian: prometheus)');
    t.pass();
    return;
  }
  const broker = await shown(t);
  broker.worker('w', ['A']);
  const checked = promtool(['check', 'metrics'], await broker.metricsText());
  t.deepEqual(checked, { status: 0, said: '' });
  const rules = queries().map((expr, i) => ({ record: `panel:query${i}`, expr }));
  const folder = mkdtempSync(join(tmpdir(), 'latido-rules-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'rules.json');
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
  const { status, said } = promtool(['check', 'rules', '--lint=none', file]);
  t.is(status, 0, said);
});

test('values are written as Prometheus reads them', (t) => {
  const page = new Page();
  const written = (value: number) => {
    page.line(series('a', { b: '\\"\n' }), value);
    return page.take().toString();
  };
  const values = [0, 7, 10, 2 ** 31, 0.25, 0.0001, 12.0304, 214_748.3648, 0.123456789, -1, 1e21];
  for (const value of values) t.is(written(value), `a{b="\\\\\\"\\n"} ${value}\n`);
  t.is(written(Number.POSITIVE_INFINITY).split(' ')[1], '+Inf\n');
});

const METRIC_NAME = /\b(?:latido|process|nodejs)_[a-z_]+/g;

/** Every query of every dashboard, with Grafana's variables filled in. */
function queries(): string[] {
  const folder = new URL('../grafana/dashboards/', import.meta.url);
  return readdirSync(folder).flatMap((file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    return [...text.matchAll(/"expr": ("(?:[^"\\]|\\.)*")/g)].map(([, expr]) =>
      (JSON.parse(expr!) as string)
        .replaceAll(/\$\{?__(?:rate_)?(?:interval|range)\}?/g, '1m')
        .replaceAll(/\$\{?\w+(?::\w+)?\}?/g, '.*'),
    );
  });
}
