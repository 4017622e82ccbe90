import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** Where Grafana's packages put what its program needs besides itself. */
const GRAFANA_HOMES = [
  '/usr/share/grafana',
  '/usr/local/share/grafana',
  '/opt/homebrew/share/grafana',
];

export interface Found {
  readonly prometheus: string;
  readonly grafana: string;
  /** Before Grafana's own arguments. */
  readonly grafanaVerb: readonly string[];
  readonly grafanaHome: string;
}

/** The programs on the PATH; a sentence that says what is missing when one is. */
export function findPrograms(path: string): Found | string {
  const prometheus = onPath('prometheus', path);
  const grafana = onPath('grafana', path) ?? onPath('grafana-server', path);
  if (prometheus === null) return missing('prometheus', 'https://prometheus.io/download');
  if (grafana === null) return missing('grafana', 'https://grafana.com/grafana/download');
  const own = dirname(dirname(realpathSync(grafana)));
  const homes = [own, ...GRAFANA_HOMES];
  const grafanaHome = homes.find((home) => existsSync(join(home, 'conf/defaults.ini')));
  if (grafanaHome === undefined) {
    return `conf/defaults.ini of ${grafana} is in none of ${homes.join(', ')}`;
  }
  const grafanaVerb = grafana.endsWith('-server') ? [] : ['server'];
  return { prometheus, grafana, grafanaVerb, grafanaHome };
}

function onPath(program: string, path: string): string | null {
  const places = path.split(delimiter).map((folder) => join(folder, program));
  return places.find((place) => existsSync(place)) ?? null;
}

function missing(program: string, where: string): string {
  return `${program} is not on the PATH: install it (${where}), or use docker compose -f grafana/compose.yml up`;
}
