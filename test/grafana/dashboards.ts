/** Every query that the dashboards make is put to a real Prometheus, which reads a real broker in a demo with chaos. */

import { readFileSync } from 'node:fs';
import test from 'ava';
import { allQueries, anyOf, dashboards, filled, type Query } from '../support/grafana.ts';
import { after, until } from '../support/poll.ts';
import { Program } from '../support/programs.ts';
import { hasPrometheus, Prometheus } from '../support/prometheus.ts';

/** What a panel of somebody who looks at the last minutes has, at a scrape every five seconds. */
const SPANS = { __rate_interval: '20s', __interval: '5s', __range: '300s' };
const WITHIN_MS = 240_000;
const LOOK_AGAIN_MS = 500;
const rules = readFileSync(new URL('../../grafana/alerts.yml', import.meta.url), 'utf8');

/** A query with its variables filled in. */
interface Asked {
  readonly where: string;
  readonly promql: string;
  readonly instant: boolean;
}

test('every query of the dashboards and alerts is understood, and each panel shows something under the demo with chaos', async (t) => {
  if (!hasPrometheus()) {
    t.log('skipped: prometheus is not installed (Debian: prometheus)');
    t.pass();
    return;
  }
  t.timeout(WITHIN_MS + 60_000);
  const from = Date.now() / 1000;
  const any = ['--frontend=tcp://127.0.0.1:*', '--backend=tcp://127.0.0.1:*', '--http=127.0.0.1:0'];
  const demo = new Program('latido', ['demo', '--chaos', ...any]);
  const prometheus = new Prometheus();
  t.teardown(async () => {
    demo.kill('SIGTERM');
    await Promise.all([demo.ended, prometheus.stop()]);
  });
  const [, broker = ''] = /http:\/\/(.*)\//.exec(await demo.line('stdout', /console/))!;
  const told = await demo.line('stdout', /of the workers at/);
  const [, pid = ''] = /kill -9 (\d+) +the broker/.exec(
    await demo.line('stdout', /the broker dies/),
  )!;
  await prometheus.start(rules);
  await prometheus.watch(broker);
  for (const [port] of told.split('of the workers').pop()!.matchAll(/:\d+/g)) {
    await prometheus.watch(`127.0.0.1${port}`, 'latido-workers');
  }
  process.kill(Number(pid), 'SIGKILL');
  await demo.line('stdout', /broker is back/);

  const types = await valuesOf(prometheus, 'label_values(latido_jobs_submitted_total, type)');
  t.deepEqual(types.toSorted(), ['A', 'B', 'C', 'chat']);
  t.deepEqual(await variablesWithoutValues(prometheus, broker), []);
  const queries = allQueries().flatMap((query) => askedOf(query, broker, types));
  t.true(queries.length > 150, `${queries.length}`);
  let empty: readonly Asked[] = queries;
  const late = performance.now() + WITHIN_MS;
  await until(
    'each panel shows something',
    async () => {
      empty = await withoutNumbers(prometheus, empty, from);
      return empty.length === 0 || performance.now() > late;
    },
    WITHIN_MS + 30_000,
  );
  t.deepEqual(
    empty.map(({ where, promql }) => `${where}: ${promql}`),
    [],
  );
  t.deepEqual(await prometheus.wrongRules(), []);
  t.log(`${queries.length} queries, all with a result, ${Math.round(Date.now() / 1000 - from)} s`);
  const flat = await withoutNumbers(prometheus, queries, from, (value) => value !== 0);
  t.log('0 all the time:', ...new Set(flat.map(({ where }) => where)));
});

/** As it is asked with all types chosen, and in a repeated row once for each type. */
function askedOf(
  { where, expr, instant, perType }: Query,
  broker: string,
  types: string[],
): Asked[] {
  const chosen = perType ? types.map((type) => [type]) : [types];
  return chosen.map((some) => {
    const promql = filled(expr, { ...SPANS, instance: anyOf([broker]), type: anyOf(some) });
    return { where: perType ? `${where} (${some})` : where, promql, instant };
  });
}

async function variablesWithoutValues(prometheus: Prometheus, broker: string): Promise<string[]> {
  const empty: string[] = [];
  for (const { title, templating } of dashboards().values()) {
    for (const { name, type, definition = '' } of templating.list) {
      if (type !== 'query') continue;
      const values = await valuesOf(prometheus, filled(definition, { instance: anyOf([broker]) }));
      if (values.length === 0) empty.push(`${title}: ${name}`);
    }
  }
  return empty;
}

/** Grafana's own function, in Prometheus' words. */
async function valuesOf(prometheus: Prometheus, definition: string): Promise<string[]> {
  const [, series = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(definition)!;
  return prometheus.get(`label/${label}/values?match[]=${encodeURIComponent(series)}`);
}

/** Those whose answers have no number, or none like that. */
async function withoutNumbers(
  prometheus: Prometheus,
  queries: readonly Asked[],
  from: number,
  like: (value: number) => boolean = () => true,
): Promise<Asked[]> {
  const without: Asked[] = [];
  for (const query of queries) {
    const numbers = await numbersOf(prometheus, query, from);
    if (!numbers.some((value) => Number.isFinite(value) && like(value))) without.push(query);
  }
  if (without.length > 0) await after(LOOK_AGAIN_MS);
  return without;
}

interface Series {
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

/** All values of all series of its answer. */
async function numbersOf(prometheus: Prometheus, query: Asked, from: number): Promise<number[]> {
  const what = `query=${encodeURIComponent(query.promql)}`;
  const path = query.instant
    ? `query?${what}`
    : `query_range?${what}&start=${from}&end=${Date.now() / 1000}&step=1`;
  const { result } = await prometheus.get<{ result: Series[] }>(path);
  const points = result.flatMap(({ value, values = [] }) => (value ? [value] : values));
  return points.map(([, text]) => Number(text));
}
