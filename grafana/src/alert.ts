/** Writes a time into a query: for the tests with real faults all times are divided by one number. */
export interface Times {
  /** A window, like `10m`. */
  window(seconds: number): string;
  /** A number of seconds to compare with. */
  seconds(seconds: number): string;
}

/** One alert. Its runbook is the section of docs/operating.md that is headed by its name. */
export interface Alert {
  readonly name: string;
  /** `critical`: somebody gets up for it; `warning`: somebody looks today; `info`: good to know. */
  readonly severity: 'critical' | 'warning' | 'info';
  /** How long it must have been so. */
  readonly forSeconds: number;
  readonly expr: (times: Times) => string;
  readonly summary: string;
  readonly description: string;
}
