import { type BackoffTerms, Kept, type Terms } from '../../../src/client/kept.ts';
import { Verb } from '../../../src/wire/verbs.ts';
import { type Deed, type Errand, errandIn } from './errand.ts';
import type { World } from './world.ts';

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A kept job: what every submit of its id says. */
export interface KeptErrand extends Errand {
  readonly id: string;
  readonly orderKey: string;
  readonly delayMs: number;
  readonly deadline: number;
  readonly attemptsMax: number;
  readonly backoff: BackoffTerms;
  readonly answerTimeoutMs: number;
  readonly priority: number;
  /** When it may be dispatched at the soonest: counted from the first who asked. */
  notBefore: number;
}

/** A new kept job, or one that was handed in before. */
export function keptErrand(world: World): KeptErrand {
  const { chance, keptErrands } = world;
  if (keptErrands.length > 0 && chance.yes(0.5)) return chance.pick(keptErrands);
  const errand = newKeptErrand(world);
  keptErrands.push(errand);
  return errand;
}

/** What a client wants of it: mostly to hand it in. */
export function askOf(world: World, errand: KeptErrand): Kept {
  const { chance, plan } = world;
  const isKnown = errand.notBefore > 0;
  if (isKnown && !plan.onlyPoison && chance.yes(0.1))
    return new Kept(Verb.REVOKE, errand.id, false);
  // Nobody but the one call that made it hands in a generated id.
  const isOnlyAsked = isKnown && errand.id.startsWith('@');
  if (isOnlyAsked || (isKnown && chance.yes(0.25))) return new Kept(Verb.ATTACH, errand.id, true);
  const level = plan.keepsNothing || chance.yes(0.3) ? 0 : 1;
  if (!isKnown) errand.notBefore = Math.floor(world.broker.wall()) + errand.delayMs;
  return new Kept(Verb.SUBMIT, errand.id, chance.yes(0.7), termsOf(errand, level));
}

function termsOf(errand: KeptErrand, level: 0 | 1): Terms {
  const { delayMs, deadline, attemptsMax, backoff, orderKey } = errand;
  return { level, delayMs, at: 0, deadline, attemptsMax, backoff, key: orderKey };
}

function newKeptErrand(world: World): KeptErrand {
  const { broker, chance, keptErrands, plan } = world;
  const key = `kept${keptErrands.length + 1}`;
  const type = chance.pick(plan.types);
  const ms = chance.yes(0.7) ? chance.int(0, 5) : chance.int(0, plan.slowMs);
  const padding = chance.yes(0.01) ? 'x'.repeat(17_000) : 'x'.repeat(chance.int(0, 40));
  const { onlyPoison } = plan;
  const deadlineMs = onlyPoison || chance.yes(0.85) ? 0 : chance.int(1, 2000);
  return {
    ...errandIn(`${key} ${type} ${deedFrom(world)} ${ms} ${padding}`),
    id: chance.yes(0.3) ? generatedId(world) : key,
    orderKey: plan.keys.length > 0 && chance.yes(0.6) ? chance.pick(plan.keys) : '',
    delayMs: chance.yes(0.8) ? 0 : chance.int(1, 800),
    deadline: deadlineMs === 0 ? 0 : Math.floor(broker.wall()) + deadlineMs,
    attemptsMax: chance.int(1, 3),
    backoff: {
      kind: chance.int(0, 1),
      jitter: chance.pick([0, 50]),
      ms: chance.int(0, 120),
      msMax: 300,
    },
    answerTimeoutMs: chance.yes(0.2) && !onlyPoison ? chance.int(150, 2000) : 0,
    priority: chance.yes(0.2) ? chance.int(-2, 2) : 0,
    notBefore: 0,
  };
}

function deedFrom({ chance, plan }: World): Deed {
  if (plan.onlyPoison) return chance.yes(plan.poison) ? 'poison' : 'later';
  if (chance.yes(plan.poison)) return 'poison';
  if (chance.yes(plan.hang)) return chance.pick(['hang', 'once']);
  const failing = chance.yes(0.3);
  return failing ? chance.pick(['fail', 'retry', 'permanent']) : chance.pick(['now', 'later']);
}

/** As the SDK makes them: the time, then what is random. */
function generatedId({ broker, chance }: World): string {
  let time = '';
  for (let i = 0, rest = Math.floor(broker.wall()); i < 10; i++, rest = Math.floor(rest / 32))
    time = DIGITS[rest % 32] + time;
  return `@${time}${Array.from({ length: 16 }, () => chance.pick([...DIGITS])).join('')}`;
}
