import test from 'ava';
import { Verdict } from './support/judge.ts';
import { World } from './support/sim/world.ts';

/** So many worlds, numbered from 1, so many a test; LATIDO_SEEDS for a longer run, LATIDO_SEED for one world with its story. */
const SEEDS = Number(process.env.LATIDO_SEEDS ?? 2000);
const SEEDS_EACH = 50;
const replayed = process.env.LATIDO_SEED;

if (replayed === undefined) {
  for (let from = 1; from <= SEEDS; from += SEEDS_EACH) {
    const to = Math.min(SEEDS, from + SEEDS_EACH - 1);
    test.serial(
      `whatever fails, each job ends once and starts again only with a cause: seeds ${from} to ${to}`,
      async (t) => {
        const broken: string[] = [];
        for (let seed = from; seed <= to; seed++) {
          const verdict = await verdictOn(new World(seed));
          if (verdict !== null) broken.push(`seed ${seed}: ${verdict}`);
        }
        t.deepEqual(
          broken,
          [],
          'LATIDO_SEED=<seed> npx ava test/simulation.test.ts tells the story',
        );
      },
    );
  }
} else {
  test(`whatever fails, each job ends once and starts again only with a cause: seed ${replayed}`, async (t) => {
    const world = new World(Number(replayed), true);
    const verdict = await verdictOn(world);
    t.log(world.lines!.join('\n'));
    t.is(verdict, null);
  });
}

/** What went wrong in a world, or null. */
async function verdictOn(world: World): Promise<string | null> {
  try {
    await world.live();
    return null;
  } catch (error) {
    return error instanceof Verdict ? error.message : String((error as Error).stack);
  }
}
