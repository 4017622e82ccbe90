import { errorTable } from '../../errors.ts';
import type { Vitals } from '../seen/status.ts';
import { type Lines, lines, one, type Reading } from './reading.ts';

/** What is of no type and no worker in particular. */
export function brokerMetrics(vitals: Vitals): Reading[] {
  const { state } = vitals.broker;
  const { version } = vitals;
  return [
    ...peerMetrics(vitals),
    ...channelMetrics(vitals),
    one('latido_held_bytes', () => state.slabs.heldBytes),
    one('latido_ready', () => Number(vitals.ready())),
    lines('latido_info', () => [[{ version }, 1]]),
  ];
}

function peerMetrics(vitals: Vitals): Reading[] {
  const { counts, dialects } = vitals.broker.state;
  return [
    lines('latido_refusals_total', () => byKey('code', refusals(counts.refused))),
    lines('latido_drops_total', () => byKey('reason', vitals.drops)),
    one('latido_stale_answers_total', () => counts.stale),
    one('latido_repeated_submits_total', () => counts.repeated),
    lines('latido_worker_events_total', () => [
      [{ event: 'joined' }, counts.workersJoined],
      [{ event: 'back' }, counts.workersBack],
      [{ event: 'stalled' }, counts.workersStalled],
      [{ event: 'gone' }, counts.workersGone],
    ]),
    lines('latido_client_events_total', () => [
      [{ event: 'joined' }, counts.clientsJoined],
      [{ event: 'back' }, counts.clientsBack],
      [{ event: 'gone' }, counts.clientsGone],
    ]),
    lines('latido_connections', () => connectionLines(vitals)),
    lines('latido_dialect_submits_total', () =>
      [...dialects].map(([dialect, { submitted }]) => [{ dialect }, submitted]),
    ),
    lines('latido_dialect_answers_total', () =>
      [...dialects].map(([dialect, { answered }]) => [{ dialect }, answered]),
    ),
  ];
}

/** By side and dialect; the native ones also where there are none. */
function connectionLines(vitals: Vitals): Lines {
  const counts = new Map([
    ['client native', 0],
    ['worker native', 0],
  ]);
  for (const [side, dialect] of vitals.connections()) {
    const key = `${side} ${dialect}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => {
    const [side, dialect] = key.split(' ') as [string, string];
    return [{ side, dialect }, count];
  });
}

function channelMetrics({ broker: { channels, state } }: Vitals): Reading[] {
  const { counts } = state;
  return [
    one('latido_published_total', () => counts.published),
    one('latido_deliveries_total', () => counts.deliveries),
    one('latido_deliveries_left_out_total', () => channels.leftOut),
    one('latido_channels', () => channels.size),
    one('latido_subscriptions', () => channels.subscriptions),
  ];
}

/** Every code that a broker can refuse with, so that a first refusal is seen as a rise from 0. */
function refusals(refused: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const all = new Map<string, number>();
  for (const [code, { wire }] of Object.entries(errorTable)) if (wire !== null) all.set(code, 0);
  for (const [code, count] of refused) all.set(code, count);
  return all;
}

function byKey(label: string, counts: ReadonlyMap<string, number>): Lines {
  return [...counts].map(([key, count]) => [{ [label]: key }, count]);
}
