import type { ChatSettings } from '../../../src/chat/chat.ts';
import type { RoomKind } from '../../../src/chat/words.ts';
import type { Settings } from '../../../src/core/state.ts';
import type { ChatTerms } from '../chat-judge.ts';
import type { Chance } from './chance.ts';
import { faultKinds } from './plan.ts';
import type { ScenePlan } from './scene.ts';

/** Longer than anybody is ever away whose connection was only cut. */
const LONG_GRACE_MS = 120_000;

/** What a world of people who chat is like. */
export interface ChatPlan extends ScenePlan, ChatTerms {
  readonly chat: ChatSettings;
  readonly people: number;
  readonly workers: number;
  /** So many things are said. */
  readonly speeches: number;
  /** So many other things are done. */
  readonly deeds: number;
  readonly rooms: readonly string[];
  /** Nothing fails and nobody leaves: queue rooms are even. */
  readonly isCalm: boolean;
  /** A handler takes up to this. */
  readonly slowMs: number;
  /** Share of the jobs that a handler forgets, and at which it fails. */
  readonly hang: number;
  readonly fail: number;
}

/** The kind of a room: its name says it. */
export function kindOf(room: string): RoomKind {
  if (room.startsWith('d')) return 'durable';
  return room.startsWith('q') ? 'queue' : 'transient';
}

export function chatPlanFrom(chance: Chance): ChatPlan {
  const isCalm = chance.yes(0.1);
  const isSteady = isCalm || chance.yes(0.5);
  const keepsNothing = !isCalm && chance.yes(0.15);
  const heartbeatMs = chance.pick([100, 250, 500]);
  const possible = faultKinds.filter((kind) => !(isSteady && kind === 'crash-client'));
  const isFlooded = !isCalm && chance.yes(0.1);
  return {
    settings: settingsFrom(chance, heartbeatMs, isSteady, isCalm),
    chat: { roomCapacity: chance.int(2, 4), roomsMax: 50, chatRate: isFlooded ? 5 : 10_000 },
    people: chance.int(2, 6),
    workers: chance.int(1, 3),
    speeches: chance.int(10, chance.pick([30, 100, 200])),
    deeds: isCalm ? 0 : chance.int(0, 40),
    rooms: roomsFrom(chance),
    isCalm,
    isSteady,
    keepsNothing,
    isKept: !keepsNothing,
    slowMs: chance.pick([1, 20, 300]),
    hang: isCalm ? 0 : chance.pick([0, 0, 0.02]),
    fail: isCalm ? 0 : chance.pick([0, 0, 0.05]),
    restlessMs: chance.pick([1000, 3000, 6000]),
    delayMs: isCalm ? 1 : chance.pick([0.5, 3, 20]),
    reconnectMs: chance.pick([10, 40, 150]),
    faults: isCalm ? [] : possible.filter(() => chance.yes(0.35)),
    faultEveryMs: chance.pick([60, 200, 600]),
    commitMs: chance.pick([0.1, 2, 30]),
  };
}

function roomsFrom(chance: Chance): string[] {
  const rooms = ['d1', 't1', 'q1', 'd2', 't2', 'q2'].filter(() => chance.yes(0.6));
  return rooms.length > 0 ? rooms : ['d1'];
}

function settingsFrom(
  chance: Chance,
  heartbeatMs: number,
  isSteady: boolean,
  isCalm: boolean,
): Settings {
  return {
    answerTimeoutMs: isCalm ? 5000 : chance.pick([500, 2000]),
    heartbeatMs,
    attemptsMax: chance.int(1, 4),
    clientGraceMs: isSteady ? LONG_GRACE_MS : chance.pick([300, 1000, 5000]),
    workerGraceMs: chance.pick([100, 400, 1200]),
    adoptMs: chance.pick([150, 500, 1500]),
    waitingJobsMax: isCalm ? 10_000 : chance.pick([4, 30, 10_000]),
    waitingBytesMax: 10_000_000,
    workerBytesMax: chance.pick([2000, 10_000_000]),
    typesMax: 3,
    channelsMax: 100,
    unreceivedBytesMax: 10_000_000,
    keepAnswersMs: 86_400_000,
  };
}
