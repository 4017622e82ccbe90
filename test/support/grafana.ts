import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../grafana/dashboards/', import.meta.url);

export interface Panel {
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly { readonly expr: string; readonly instant?: boolean }[];
  readonly links?: readonly { readonly url: string }[];
  readonly repeat?: string;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly annotations: {
    readonly list: readonly { readonly name: string; readonly expr: string }[];
  };
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly type: string;
      readonly definition?: string;
    }[];
  };
}

/** The dashboards as they lie in grafana/dashboards, by the names of their files. */
export function dashboards(): ReadonlyMap<string, Dashboard> {
  const names = readdirSync(folder).toSorted();
  return new Map(
    names.map((name) => [name, JSON.parse(readFileSync(new URL(name, folder), 'utf8'))]),
  );
}

/** Something that Grafana asks Prometheus for, with its variables in it. */
export interface Query {
  readonly where: string;
  readonly expr: string;
  /** At one instant, or over all the time that is shown. */
  readonly instant: boolean;
  /** It is asked once for each type by itself. */
  readonly perType: boolean;
}

/** Every query of every panel and annotation. */
export function allQueries(): Query[] {
  return [...dashboards().values()].flatMap((dashboard) => {
    const marks = dashboard.annotations.list.map(({ name, expr }) => {
      const where = `${dashboard.title}: annotation ${name}`;
      return { where, expr, instant: false, perType: false };
    });
    return [...marks, ...queriesOf(dashboard)];
  });
}

function queriesOf({ title, panels }: Dashboard): Query[] {
  let perType = false;
  return panels.flatMap((panel) => {
    if (panel.type === 'row') perType = panel.repeat === 'type';
    const where = `${title}: ${panel.title}`;
    const repeated = perType;
    return (panel.targets ?? []).map(({ expr, instant = false }) => {
      return { where, expr, instant, perType: repeated };
    });
  });
}

/** The query as Grafana sends it. */
export function filled(expr: string, values: Readonly<Record<string, string>>): string {
  return expr.replaceAll(/\$(\w+)/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no variable ${name} in ${expr}`);
    return value;
  });
}

/** Several values of a variable, as Grafana puts them into a regular expression. */
export function anyOf(values: readonly string[]): string {
  const escaped = values.map((value) => value.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\\\$&'));
  return escaped.length === 1 ? escaped[0]! : `(${escaped.join('|')})`;
}
