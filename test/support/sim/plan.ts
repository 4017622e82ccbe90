import type { Settings } from '../../../src/core/state.ts';
import type { Chance } from './chance.ts';
import type { ScenePlan } from './scene.ts';

/** What can go wrong in a world. */
export const faultKinds = [
  'cut-client',
  'cut-worker',
  'crash-client',
  'crash-worker',
  'crash-broker',
  'drain-broker',
  'drain-worker',
  'freeze-worker',
  'freeze-broker',
  'stall-worker',
  'stall-client',
  'fail-store',
  'slow-store',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** What a world is like: drawn once, from its seed. */
export interface Plan extends ScenePlan {
  readonly types: readonly string[];
  readonly clients: number;
  readonly workers: number;
  readonly jobs: number;
  /** Nothing but poisonous jobs ends a worker, and nothing is slow: every other job must be answered OK. */
  readonly onlyPoison: boolean;
  /** Shares of jobs. */
  readonly poison: number;
  readonly hang: number;
  readonly fail: number;
  readonly slowMs: number;
  /** Share of jobs that are kept. */
  readonly kept: number;
  /** Order keys; none when it is empty. */
  readonly keys: readonly string[];
}

export function planFrom(chance: Chance): Plan {
  const onlyPoison = chance.yes(0.12);
  const heartbeatMs = chance.pick([50, 100, 250, 500]);
  const types = ['A', 'B', 'C'].slice(0, chance.int(1, 3));
  const faults = onlyPoison ? [] : faultKinds.filter(() => chance.yes(0.4));
  return {
    settings: settingsFrom(chance, heartbeatMs, onlyPoison),
    types,
    clients: chance.int(1, 4),
    workers: chance.int(onlyPoison ? 2 : 1, 5),
    jobs: chance.int(20, chance.pick([40, 120, 200])),
    restlessMs: chance.pick([500, 1500, 3000]),
    delayMs: onlyPoison ? 1 : chance.pick([0.5, 3, 20]),
    reconnectMs: chance.pick([10, 40, 150]),
    faults,
    faultEveryMs: chance.pick([60, 200, 600]),
    onlyPoison,
    poison: onlyPoison ? 0.1 : chance.pick([0, 0, 0.02]),
    hang: onlyPoison ? 0 : chance.pick([0, 0.02]),
    fail: onlyPoison ? 0 : 0.05,
    slowMs: onlyPoison ? 20 : chance.pick([20, 200, 600]),
    keepsNothing: chance.yes(0.25),
    commitMs: chance.pick([0.1, 2, 30]),
    kept: chance.pick([0, 0.4, 0.8]),
    keys: ['k1', 'k2', 'k3'].slice(0, chance.int(0, 3)),
  };
}

function settingsFrom(chance: Chance, heartbeatMs: number, roomy: boolean): Settings {
  return {
    answerTimeoutMs: roomy ? 5000 : chance.pick([300, 800, 2000]),
    heartbeatMs,
    attemptsMax: chance.int(1, 4),
    clientGraceMs: chance.pick([200, 600, 2000]),
    workerGraceMs: chance.pick([100, 400, 1200]),
    adoptMs: chance.pick([150, 500, 1500]),
    waitingJobsMax: roomy ? 1000 : chance.pick([4, 30, 1000]),
    waitingBytesMax: roomy ? 10_000_000 : chance.pick([20_000, 10_000_000]),
    workerBytesMax: chance.pick([200, 10_000_000]),
    typesMax: 3,
    channelsMax: 100,
    unreceivedBytesMax: 10_000_000,
    keepAnswersMs: 86_400_000,
  };
}
