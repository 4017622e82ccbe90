import { simulate } from './support/sim/simulate.ts';
import { World } from './support/sim/world.ts';

simulate(
  'whatever fails, each job ends once and starts again only with a cause',
  'LATIDO',
  700,
  (seed, traced) => new World(seed, traced),
);
