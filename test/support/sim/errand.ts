import type { World } from './world.ts';

/**
 * What a job's body tells its handler to do: 'later' after some time, 'hang' and 'once' (only the first time) never; to
 * 'fail', 'retry' (fail the first time only) or fail in a way that is 'permanent'.
 */
export const deeds = [
  'now',
  'later',
  'fail',
  'hang',
  'once',
  'poison',
  'retry',
  'permanent',
] as const;
export type Deed = (typeof deeds)[number];

export interface Errand {
  /** A name for the job that its identity in the protocol has no part in. */
  readonly key: string;
  readonly type: string;
  readonly deed: Deed;
  readonly ms: number;
  readonly body: string;
}

/** Draws a job. */
export function newErrand({ chance, plan }: World, key: string): Errand {
  const deed = deedFrom(chance.fraction(), plan);
  const ms = chance.yes(0.7) ? chance.int(0, 5) : chance.int(0, plan.slowMs);
  const type = chance.pick(plan.types);
  const padding = chance.yes(0.01) ? 'x'.repeat(17_000) : 'x'.repeat(chance.int(0, 40));
  return { key, type, deed, ms, body: `${key} ${type} ${deed} ${ms} ${padding}` };
}

/** The job that a body describes. */
export function errandIn(body: string): Errand {
  const [key = '', type = '', deed = '', ms = ''] = body.split(' ', 4);
  return { key, type, deed: deed as Deed, ms: Number(ms), body };
}

function deedFrom(drawn: number, plan: World['plan']): Deed {
  let left = drawn;
  for (const [deed, share] of [
    ['poison', plan.poison],
    ['hang', plan.hang],
    ['once', plan.hang],
    ['fail', plan.fail],
    ['now', 0.3],
  ] as const) {
    if (left < share) return deed;
    left -= share;
  }
  return 'later';
}
