import test, { type ExecutionContext } from 'ava';
import { freshPlace, Owner, sqlite } from './support/store/engine.ts';
import { keptOf } from './support/store/histories.ts';

const BODY = new Uint8Array(64).fill(65);
const DEAD = 2;
const LOST = { worker: 'w', cause: 'failed', message: '', at: 2, charged: 1 } as const;

/** A store that is closed when the test is over, however that ends. */
function ownerOf(t: ExecutionContext, place: string): Owner {
  const owner = new Owner(sqlite, place);
  t.teardown(() => owner.store.close());
  return owner;
}

function submit({ store: { journal } }: Owner, number: number): void {
  journal.submitted(keptOf(number, number), BODY, 0, BODY.length);
}

/** All that is durable is folded when this is answered. */
function fold({ store }: Owner) {
  return store.list({ limit: 9 });
}

test('a dead letter that was dropped is gone, whether it had been folded or not', async (t) => {
  const owner = ownerOf(t, freshPlace(t));
  await owner.open();
  for (const number of [1, 2]) {
    submit(owner, number);
    owner.store.journal.ended(number, DEAD, 1, 9, BODY, 0, 3);
    await owner.commit();
    if (number === 1) await fold(owner);
  }
  for (const number of [1, 2]) owner.store.journal.dropped(number);
  await owner.commit();
  const found = () => Promise.all(['job-1', 'job-2'].map((id) => owner.store.find(id)));
  t.deepEqual(await found(), [null, null]);
  t.deepEqual(await fold(owner), []);
  t.deepEqual(await found(), [null, null]);
});

test('what happens to a job after it was folded is folded into it', async (t) => {
  const place = freshPlace(t);
  const owner = ownerOf(t, place);
  await owner.open();
  submit(owner, 1);
  const { journal } = owner.store;
  for (const attempt of [1, 2, 3]) {
    journal.attempt(1, { attempt, worker: 'w', fence: attempt, at: 1 });
    await owner.commit();
    if (attempt !== 2) await fold(owner);
    if (attempt === 3) break;
    journal.lost(1, { ...LOST, attempt, losses: 0, suspect: false, notBefore: 0 });
    await owner.commit();
  }
  await owner.store.close();
  const next = ownerOf(t, place);
  const { jobs } = await next.open();
  t.like(jobs[0], { attempts: 3, open: { attempt: 3, fence: 3 } });
  t.deepEqual(
    jobs[0]!.losses.map(({ attempt }) => attempt),
    [1, 2],
  );
});
