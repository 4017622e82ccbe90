import { broker } from './broker.ts';
import { buildDashboard } from './build-dashboard.ts';
import { chat } from './chat.ts';
import { overview } from './overview.ts';
import type { Board } from './panel.ts';
import { types } from './types.ts';
import { workers } from './workers.ts';

const boards: readonly Board[] = [overview, types, workers, broker, chat];

/** What grafana/dashboards/ has to hold: the text of each file by its name. */
export function dashboardFiles(): ReadonlyMap<string, string> {
  return new Map(
    boards.map((board) => [
      `${board.uid}.json`,
      `${JSON.stringify(buildDashboard(board), inSight, 2)}\n`,
    ]),
  );
}

/** The SDK puts links and annotations into a menu of its own accord: they stand above the panels. */
function inSight(_: string, value: unknown): unknown {
  return value === 'inControlsMenu' ? undefined : value;
}
