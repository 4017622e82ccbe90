import type { Series } from './alert-series.ts';

/** What Prometheus has read, and which alerts fire then. */
export interface AlertCase {
  /** The alert that it is about, and that fires or does not. */
  readonly about: string;
  readonly title: string;
  /** When it is looked at: seconds after the fault. */
  readonly at: number;
  /** What is otherwise than with a broker that is well. */
  readonly series: Series;
  /** All that fires then, with its labels. */
  readonly firing: readonly string[];
}

type Add = (title: string, at: number, series: Series, ...labels: string[]) => void;

/** The cases of one alert: those in which it fires, with these labels, and those in which nothing does. */
export function casesOf(about: string, tell: (fires: Add, silent: Add) => void): AlertCase[] {
  const cases: AlertCase[] = [];
  tell(
    (title, at, series, labels = '') => {
      const firing = [`{${[`alertname="${about}"`, labels].filter(Boolean).join(', ')}}`];
      cases.push({ about, title, at, series, firing });
    },
    (title, at, series) => cases.push({ about, title, at, series, firing: [] }),
  );
  return cases;
}
