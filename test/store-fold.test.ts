import test from 'ava';
import { BatchWriter } from '../src/store/codec.ts';
import { Disk } from '../src/store/disk/disk.ts';
import { FOR_EVER, freshPlace, sqlite } from './support/store/engine.ts';
import { keptOf } from './support/store/histories.ts';
import { append } from './support/store/images.ts';
import { BODY, type Owner, ownerOf, submit } from './support/store/owner.ts';

const DEAD = 2;
const LOST = { worker: 'w', cause: 'failed', message: '', at: 2, charged: 1 } as const;

/** Everything that there is to fold. */
function foldAll(disk: Disk): void {
  while (disk.folded < disk.last) disk.slice(0, () => false, true);
  disk.commit(0);
}

/** All that is durable is folded when this is answered. */
function fold({ store }: Owner) {
  return store.list({ limit: 9 });
}

test('a dead letter that was dropped is gone, whether it had been folded or not', (t) => {
  const disk = new Disk(freshPlace(t), FOR_EVER);
  const writer = new BatchWriter();
  for (const number of [1, 2]) {
    writer.submitted(keptOf(number, number), BODY, 0, BODY.length);
    writer.ended(number, DEAD, 1, 9, BODY, 0, 3);
    append(disk, writer);
    if (number === 1) foldAll(disk);
  }
  for (const number of [1, 2]) writer.dropped(number);
  append(disk, writer);
  disk.digest(() => false);
  const found = () => ['job-1', 'job-2'].map((id) => disk.find(id));
  t.deepEqual(found(), [null, null]);
  foldAll(disk);
  t.deepEqual(found(), [null, null]);
  disk.close();
});

test('what happens to a job after it was folded is folded into it', async (t) => {
  const place = freshPlace(t);
  const owner = ownerOf(t, sqlite, place);
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
  const next = ownerOf(t, sqlite, place);
  const { jobs } = await next.open();
  t.like(jobs[0], { attempts: 3, open: { attempt: 3, fence: 3 } });
  t.deepEqual(
    jobs[0]!.losses.map(({ attempt }) => attempt),
    [1, 2],
  );
});
