import { type AlertCase, casesOf } from './alert-case.ts';
import { always, rising, then, turning } from './alert-series.ts';

const lag = 'latido_event_loop_lag_max_seconds';
const lagSum = 'latido_event_loop_lag_seconds_sum';
const open = 'latido_store_open';
const full = 'latido_store_failures_total{code="DISK_FULL"}';
const free = 'latido_store_free_bytes';
const quick = 'latido_store_commit_seconds_bucket{le="0.0128"}';
const within = 'latido_store_commit_seconds_bucket{le="0.4096"}';
const commits = 'latido_store_commit_seconds_bucket{le="+Inf"}';
const start = 'process_start_time_seconds';

/** Cases of the alerts about the broker itself and its store. */
export const brokerAlertCases: readonly AlertCase[] = [
  ...casesOf('LatidoBrokerDown', (fires, silent) => {
    fires('it has not answered for half a minute', 45, { up: then(1, 0) });
    fires('no scrape job has its name', 45, { up: null });
    silent('it has not answered once', 0, { up: then(1, 0, 1) });
    silent('it was started again within half a minute', 30, { up: then(1, 0, 0, 1) });
  }),
  ...casesOf('LatidoBrokerNotReady', (fires, silent) => {
    fires('it has taken no jobs for half a minute', 45, { latido_ready: then(1, 0) });
    silent('it has taken none for 15 seconds', 15, { latido_ready: then(1, 0) });
  }),
  ...casesOf('LatidoBrokerRestarted', (fires, silent) => {
    fires('it was started again', 30, { [start]: then(1_700_000_000, 1_700_009_000) });
    silent('that was 16 minutes ago', 960, { [start]: then(1_700_000_000, 1_700_009_000) });
    silent('a worker with metrics of its own was', 30, {
      [`${start}{job="workers"}`]: then(1_700_000_000, 1_700_009_000),
    });
  }),
  ...casesOf('LatidoEventLoopHeldUp', (fires, silent) => {
    fires('it was frozen for 3 seconds', 60, { [lag]: then(0.2, 3, 0.2) });
    fires('it is 200 ms late all the time', 240, { [lagSum]: turning(0.6, 60) });
    silent('it was frozen 6 minutes ago', 360, { [lag]: then(0.2, 3, 0.2) });
    silent('it was held up for 0.8 seconds', 60, { [lag]: then(0.2, 0.8, 0.2) });
    silent('the loop of a worker with metrics of its own was frozen', 60, {
      [`${lag}{job="workers"}`]: then(0.2, 3, 0.2),
    });
    silent('it is 50 ms late all the time', 240, { [lagSum]: turning(0.6, 15) });
  }),
  ...casesOf('LatidoStoreFailed', (fires, silent) => {
    fires('it has failed, and is closed', 15, { [open]: then(1, 0), [full]: then(1, 2) });
    fires('it is closed since before it was first asked', 15, { [open]: always(0) });
    fires('it has failed, and is open again', 60, { [full]: then(1, 2) });
    silent('that was 6 minutes ago', 360, { [full]: then(1, 2) });
    silent('no data is kept', 60, { [open]: null, [full]: null, [free]: null });
  }),
  ...casesOf('LatidoDiskNearlyFull', (fires, silent) => {
    fires('half a gigabyte has been free for a minute', 75, { [free]: then(50e9, 5e8) });
    silent('it has been for 45 seconds', 45, { [free]: then(50e9, 5e8) });
    silent('2 GB are free', 75, { [free]: then(50e9, 2e9) });
  }),
  ...casesOf('LatidoCommitSlow', (fires, silent) => {
    fires('every commit takes 400 ms', 420, { [quick]: turning(30, 0) });
    fires('one in five does', 720, { [quick]: turning(30, 24) });
    silent('that has been so for 4 minutes', 240, { [quick]: turning(30, 0) });
    silent('one in thirty does', 720, {
      [quick]: turning(60, 58),
      [within]: rising(0, 60),
      [commits]: rising(0, 60),
    });
    silent('the only one in half an hour did', 300, {
      [quick]: always(0),
      [within]: then(0, 1),
      [commits]: then(0, 1),
    });
  }),
];
