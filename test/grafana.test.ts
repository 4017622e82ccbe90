import { readFileSync } from 'node:fs';
import test from 'ava';
import { dashboardFiles } from '../grafana/src/dashboards.ts';
import { findPrograms } from '../grafana/src/found.ts';
import { dashboards, type Panel } from './support/grafana.ts';

const all = [...dashboards().values()];
const shown = all.flatMap(({ title, panels }) =>
  panels.filter(isNoRow).map((panel) => ({ where: `${title}: ${panel.title}`, panel })),
);

test('grafana/dashboards/ is what the dashboards in grafana/src say', (t) => {
  const files = dashboardFiles();
  t.deepEqual([...dashboards().keys()], [...files.keys()].toSorted(), 'run: npm run dashboards');
  for (const [name, text] of files) {
    const file = new URL(`../grafana/dashboards/${name}`, import.meta.url);
    t.is(readFileSync(file, 'utf8'), text, 'run: npm run dashboards');
  }
});

test('every panel says what it tells and what to do, has a unit and asks for something', (t) => {
  for (const { where, panel } of shown) {
    t.regex(panel.description ?? '', /^.{15,}\n\n\*\*If it looks wrong:\*\* .{10,}$/, where);
    t.truthy(panel.fieldConfig?.defaults.unit, where);
    t.true((panel.targets?.length ?? 0) > 0, where);
  }
  t.true(shown.length > 60);
});

test('panels of a dashboard have names of their own, and none lies on another', (t) => {
  for (const { title, panels } of all) {
    const names = rowsOf(panels).flatMap(({ row, panel }) => `${row}: ${panel.title}`);
    t.deepEqual(names, [...new Set(names)], title);
    for (const [at, one] of panels.entries())
      for (const other of panels.slice(at + 1))
        t.false(overlap(one, other), `${title}: ${one.title}, ${other.title}`);
    for (const { gridPos, title } of panels) t.true(gridPos.x + gridPos.w <= 24, title);
  }
});

test('links of panels lead to dashboards that there are', (t) => {
  const uids = new Set(all.map(({ uid }) => uid));
  const links = shown.flatMap(({ panel }) => panel.links ?? []);
  t.deepEqual(
    links.map(({ url }) => /^\/d\/([\w-]+)/.exec(url)?.[1] ?? url).filter((uid) => !uids.has(uid)),
    [],
  );
  t.true(links.length > 4);
});

test('npm run grafana says in one sentence what is missing', (t) => {
  t.regex(
    String(findPrograms('/nowhere')),
    /^prometheus is not on the PATH: install it .*, or use/,
  );
});

function isNoRow({ type }: Panel): boolean {
  return type !== 'row';
}

function rowsOf(panels: readonly Panel[]): { row: string; panel: Panel }[] {
  let row = '';
  return panels.flatMap((panel) => {
    if (isNoRow(panel)) return [{ row, panel }];
    row = panel.title;
    return [];
  });
}

function overlap({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
