/** What is remembered of where jobs went, and why. */

import test from 'ava';
import { stateOfLife } from '../src/core/lives.ts';
import { World } from './support/world.ts';

test('of every attempt behind the first it is known who could have had it, and with which rank', (t) => {
  const world = new World({});
  const ann = world.client('ann');
  const [v, w] = [world.worker('v', 'A', { capacity: 2 }), world.worker('w', 'A', { capacity: 4 })];
  const x = world.worker('x', 'A', { capacity: 1 });
  v.report(0.5);
  w.report(0.2);
  x.report(0.9);
  const id = `${ann.core.instance}-1`;
  ann.submit('A', 'one');
  world.tick();
  world.after(300);
  world.tick();
  w.gone();
  world.tick();
  const life = world.broker.lives.find(id)!;
  t.deepEqual(
    life.dispatches.map(({ attempt, worker, avoided }) => [attempt, worker, avoided]),
    [
      [1, 'w', null],
      [2, 'v', 'w'],
    ],
  );
  const [first, second] = life.dispatches;
  t.deepEqual(names(first!.look), ['w', 'v', 'x']);
  t.deepEqual(names(second!.look), ['v', 'x']);
  t.is(second!.rank, second!.look!.candidates[0]!.rank);
  t.is(life.losses[0]!.cause, 'worker-gone');
  t.is(stateOfLife(life), 1);
});

test('a sample of jobs is remembered beyond its end, and no more than five hundred of it', (t) => {
  const world = new World({});
  const ann = world.client('ann');
  const w = world.worker('w', 'A', { capacity: 10, reports: false });
  for (let i = 0; i < 700; i++) {
    ann.submit('A', 'x');
    ann.submit('A', 'y');
    world.tick();
    w.answer();
    w.answer();
    ann.received();
    world.after(1000);
    world.tick();
  }
  const lives = world.broker.lives.all();
  t.is(lives.length, 500);
  t.is(lives[0]!.id, `${ann.core.instance}-1399`);
  t.is(lives.at(-1)!.id, `${ann.core.instance}-401`);
  t.is(stateOfLife(lives[0]!), 2);
  t.true(lives[0]!.endedAt >= lives[0]!.submittedAt);
});

test('a first attempt that was not one of the sample has the look that was good when it began', (t) => {
  const world = new World({});
  const ann = world.client('ann');
  const w = world.worker('w', 'A', { capacity: 2 });
  ann.submit('A', 'sampled');
  world.tick();
  world.after(100);
  ann.submit('A', 'not sampled');
  world.tick();
  t.is(world.broker.lives.find(`${ann.core.instance}-2`), null);
  w.gone();
  world.tick();
  const [dispatch] = world.broker.lives.find(`${ann.core.instance}-2`)!.dispatches;
  t.is(dispatch!.rank, 0.5);
  t.is(dispatch!.look!.candidates[0]!.rank, 0);
});

function names(look: { candidates: readonly { worker: string }[] } | null): string[] {
  return look!.candidates.map(({ worker }) => worker);
}
