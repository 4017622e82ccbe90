import { FakeStore } from './fake-store.ts';
import { World } from './world.ts';

/** A world with a store, a client `c` and a worker `w` of type A. */
export function kept(settings = {}) {
  const store = new FakeStore();
  const world = new World(settings, 10_000, store);
  return { store, world, c: world.client('c'), w: world.worker('w', 'A', { capacity: 4 }) };
}

/** A turn ends: what was asked is answered, what is due is done, what was written is durable. */
export function turn({ world, store }: { world: World; store: FakeStore }): void {
  world.tick();
  store.commit();
  world.tell();
  world.tick();
  store.commit();
}
