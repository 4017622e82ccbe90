import { brokerAlertCases } from './alert-broker-cases.ts';
import type { AlertCase } from './alert-case.ts';
import { casesOf } from './alert-case.ts';
import { always, fromFault, rising, then } from './alert-series.ts';

const oldest = 'latido_oldest_waiting_seconds{type="A"}';
const alive = 'latido_workers{type="A",state="alive"}';
const stalled = 'latido_workers{type="A",state="stalled"}';
const paused = 'latido_type_paused{type="A"}';
const dead = 'latido_jobs_ended_total{type="A",end="dead"}';
const timeouts = 'latido_attempts_total{type="A",cause="answer-timeout"}';
const busy = 'latido_refusals_total{code="BUSY"}';
const gone = 'latido_worker_events_total{event="gone"}';
const workers = 'latido_connections{side="worker",dialect="native"}';
const longer = then(0, rising(15, 15));
const A = 'type="A"';

/** Cases for `promtool test rules`: each alert with what makes it fire, and what must not. */
export const alertCases: readonly AlertCase[] = [
  ...casesOf('LatidoNoWorker', (fires, silent) => {
    const nobody = { [oldest]: longer, [alive]: then(2, 0) };
    fires('a job has waited for a minute, and nobody can do it', 90, nobody, A);
    silent('it has waited for less', 45, nobody);
    silent('nothing waits', 90, { ...nobody, [oldest]: always(0) });
    silent('the type is paused', 90, { ...nobody, [paused]: then(0, 1) });
    silent('the workers were started again', 90, { ...nobody, [alive]: then(2, 0, 0, 0, 2) });
    silent('they are busy and stalled', 75, { ...nobody, [stalled]: then(0, 1, 1, 0, 1, 1) });
  }),
  ...casesOf('LatidoJobsWaitTooLong', (fires, silent) => {
    fires('a job has waited for 5 minutes, and another one', 375, { [oldest]: longer }, A);
    silent('a job has waited for 5 minutes until just now', 345, { [oldest]: longer });
    silent('jobs wait for 4 minutes all the time', 900, { [oldest]: always(240) });
    silent('the type is paused', 375, { [oldest]: longer, [paused]: always(1) });
    silent('there is no worker since just now: that is an alert of its own', 390, {
      [oldest]: longer,
      [alive]: then(2, ...Array(23).fill(2), 0),
    });
  }),
  ...casesOf('LatidoDeadLettersGrow', (fires, silent) => {
    fires('a job has died', 30, { [dead]: then(7, 8) }, A);
    fires('a job of a type that was not known has died', 30, firstOf('B'), 'type="B"');
    silent('that was 11 minutes ago', 660, { [dead]: then(7, 8), ...firstOf('B') });
    silent('the broker counts from 0 again', 30, { [dead]: then(7, 0) });
  }),
  ...casesOf('LatidoAnswerTimeouts', (fires, silent) => {
    fires('one in sixty is not answered in time', 60, { [timeouts]: then(9, 29) }, A);
    silent('that was 11 minutes ago', 660, { [timeouts]: then(9, 29) });
    silent('8 of 1,200 are not', 60, { [timeouts]: then(9, 17) });
    silent('4 of few are not', 60, {
      [timeouts]: then(9, 13),
      'latido_attempts_total{type="A",cause="dispatch"}': then(0, 4),
    });
  }),
  ...casesOf('LatidoRefusals', (fires, silent) => {
    const connections = 'latido_refusals_total{code="CONNECTIONS_MAX"}';
    fires('one submit was too many 4 minutes ago', 240, { [busy]: then(100, 101) }, 'code="BUSY"');
    fires('a connection was', 30, { [connections]: then(0, 1) }, 'code="CONNECTIONS_MAX"');
    silent('that was 6 minutes ago', 360, { [busy]: then(100, 101) });
  }),
  ...casesOf('LatidoWorkersFlap', (fires, silent) => {
    fires('one of two dies 4 times a minute', 120, { [gone]: then(50, rising(50, 1)) });
    silent('the only one has died four times', 60, { [gone]: then(50, 54), [workers]: always(1) });
    silent('all of 20 were replaced twice, and 4 died', 60, {
      [gone]: then(50, 94),
      [workers]: always(20),
    });
    silent('6 of 20 have died', 60, { [gone]: then(50, 56), [workers]: always(20) });
  }),
  ...casesOf('LatidoWorkerStalled', (fires, silent) => {
    fires('a loop has not turned for a minute', 75, { [stalled]: then(0, 1) }, A);
    silent('it has not for 45 seconds', 45, { [stalled]: then(0, 1) });
    silent('it has turned meanwhile', 90, { [stalled]: then(0, 1, 1, 0, 1) });
  }),
  ...brokerAlertCases,
];

/** The first job of a type is dead before it was ever scraped. */
function firstOf(type: string): Record<string, string> {
  return { [`latido_jobs_ended_total{type="${type}",end="dead"}`]: fromFault(1) };
}
