/** Series as `promtool test rules` reads them: a value each 15 seconds. */

export const STEP_SECONDS = 15;
/** When the series of the cases turn: longer after the beginning than any window. */
export const FAULT_SECONDS = 960;

/** Values in promtool's notation; null: the series is not there. */
export type Series = Readonly<Record<string, string | null>>;

const LAST = 140;
const BEFORE = FAULT_SECONDS / STEP_SECONDS;

/** The same all the time. */
export function always(value: number): string {
  return rising(value, 0);
}

/** More with each value. */
export function rising(from: number, step: number): string {
  return `${from}+${step}x${LAST}`;
}

/** One value up to the fault, then others. */
export function then(before: number, ...after: (number | string)[]): string {
  return [`${before}+0x${BEFORE - 1}`, ...after.slice(0, -1), last(after.at(-1)!)].join(' ');
}

/** Not there up to the fault. */
export function fromFault(value: number): string {
  return `_x${BEFORE} ${always(value)}`;
}

/** So many more each time up to the fault, then so many. */
export function turning(before: number, after: number): string {
  return `0+${before}x${BEFORE - 1} ${rising(before * BEFORE, after)}`;
}

function last(value: number | string): string {
  return typeof value === 'string' ? value : always(value);
}

/** A broker that is well, with everything that once went wrong long ago. */
export const healthy: Series = {
  up: always(1),
  latido_ready: always(1),
  'latido_info{version="1"}': always(1),
  process_start_time_seconds: always(1_700_000_000),
  'latido_oldest_waiting_seconds{type="A"}': always(0.2),
  'latido_workers{type="A",state="alive"}': always(2),
  'latido_workers{type="A",state="stalled"}': always(0),
  'latido_type_paused{type="A"}': always(0),
  'latido_jobs_ended_total{type="A",end="dead"}': always(7),
  'latido_jobs_ended_total{type="A",end="failed"}': rising(0, 3),
  'latido_attempts_total{type="A",cause="dispatch"}': rising(0, 30),
  'latido_attempts_total{type="A",cause="answer-timeout"}': always(9),
  'latido_attempts_total{type="A",cause="worker-gone"}': always(9),
  'latido_refusals_total{code="BUSY"}': always(100),
  'latido_refusals_total{code="CONNECTIONS_MAX"}': always(0),
  'latido_refusals_total{code="BODY_TOO_LARGE"}': rising(0, 2),
  'latido_refusals_total{code="CLOSING"}': rising(0, 2),
  'latido_worker_events_total{event="joined"}': rising(2, 0),
  'latido_worker_events_total{event="gone"}': always(50),
  'latido_connections{side="worker",dialect="native"}': always(2),
  'latido_connections{side="client",dialect="native"}': always(9),
  latido_event_loop_lag_max_seconds: always(0.2),
  latido_event_loop_lag_seconds_sum: rising(0, 0.6),
  latido_event_loop_lag_seconds_count: rising(0, 300),
  latido_store_open: always(1),
  'latido_store_failures_total{code="DISK_FULL"}': always(1),
  'latido_store_failures_total{code="STORE_FAILED"}': always(0),
  latido_store_free_bytes: always(50e9),
  'latido_store_commit_seconds_bucket{le="0.0128"}': rising(0, 30),
  'latido_store_commit_seconds_bucket{le="0.4096"}': rising(0, 30),
  'latido_store_commit_seconds_bucket{le="+Inf"}': rising(0, 30),
};
