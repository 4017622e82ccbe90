import test from 'ava';
import { Verdict } from '../judge.ts';
import type { Scene } from './scene.ts';

const SEEDS_EACH = 50;

/**
 * Tests with so many worlds, numbered from 1, so many a test; the environment variable `<prefix>_SEEDS` for a longer run,
 * `<prefix>_SEED` for one world with its story.
 */
export function simulate(
  claim: string,
  prefix: string,
  seeds: number,
  worldOf: (seed: number, traced: boolean) => Scene,
): void {
  const replayed = process.env[`${prefix}_SEED`];
  if (replayed === undefined)
    many(claim, prefix, Number(process.env[`${prefix}_SEEDS`] ?? seeds), worldOf);
  else
    test(`${claim}: seed ${replayed}`, async (t) => {
      const world = worldOf(Number(replayed), true);
      const verdict = await verdictOn(world);
      t.log(world.lines!.join('\n'));
      t.is(verdict, null);
    });
}

function many(
  claim: string,
  prefix: string,
  seeds: number,
  worldOf: (seed: number, traced: boolean) => Scene,
): void {
  for (let from = 1; from <= seeds; from += SEEDS_EACH) {
    const to = Math.min(seeds, from + SEEDS_EACH - 1);
    test.serial(`${claim}: seeds ${from} to ${to}`, async (t) => {
      const broken: string[] = [];
      for (let seed = from; seed <= to; seed++) {
        const verdict = await verdictOn(worldOf(seed, false));
        if (verdict !== null) broken.push(`seed ${seed}: ${verdict}`);
      }
      t.deepEqual(broken, [], `${prefix}_SEED=<seed> before the same command tells the story`);
    });
  }
}

/** What went wrong in a world, or null. */
async function verdictOn(world: Scene): Promise<string | null> {
  try {
    await world.live();
    return null;
  } catch (error) {
    return error instanceof Verdict ? error.message : String((error as Error).stack);
  }
}
