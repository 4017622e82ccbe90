import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { checkStore } from '../src/store/check.ts';
import { BatchWriter } from '../src/store/codec.ts';
import { Disk } from '../src/store/disk/disk.ts';
import type { FoundJob } from '../src/store/store.ts';
import { until } from './support/poll.ts';
import { type Engine, FOR_EVER, freshPlace, sqlite } from './support/store/engine.ts';
import { histories, isOfStore, keptOf, record, type Step } from './support/store/histories.ts';
import { append, liveOf } from './support/store/images.ts';
import { ModelStore, plain, plainJob } from './support/store/model.ts';
import { BODY, type Owner, ownerOf, submit } from './support/store/owner.ts';

const APPENDER = fileURLToPath(new URL('./support/store/appender.ts', import.meta.url));

/** Plays a history against a store and against the model. */
async function live(t: ExecutionContext, engine: Engine, steps: readonly Step[]): Promise<void> {
  const place = join(freshPlace(t), 'data');
  const model = new ModelStore();
  let owner = ownerOf(t, engine, place);
  await owner.open();
  const reopen = async () => {
    await owner.store.close();
    owner = ownerOf(t, engine, place);
    const { opened, jobs } = await owner.open();
    t.deepEqual(jobs.map(plainJob), model.live().map(plainJob));
    t.is(opened.nextNumber, model.highestNumber + 1);
    t.is(opened.nextFence, model.highestFence + 1);
  };
  for (const step of steps) {
    record(step, owner.store.journal, model);
    if (isOfStore(step)) owner.store.commit();
    if (step.what === 'fold') await owner.store.list({ limit: 1 });
    if (step.what === 'reopen') await reopen();
  }
  await owner.commit();
  await sameJobs(t, owner, model);
  await reopen();
  await owner.store.close();
}

async function sameJobs(t: ExecutionContext, owner: Owner, model: ModelStore): Promise<void> {
  for (let number = 1; number <= model.highestNumber; number += 1)
    for (const id of [`job-${number}`, `größe-${number}`]) {
      const job = model.find(number);
      const expected = job?.job.kept.id === id ? job : null;
      t.deepEqual(plain(await owner.store.find(id)), plain(expected));
    }
}

for (const engine of [sqlite]) {
  test(`${engine.name}: what it says of jobs is what was recorded, through folds and restarts`, async (t) => {
    const run = fc.asyncProperty(histories(120), (steps) => live(t, engine, steps));
    await fc.assert(run, { numRuns: 20 });
  });

  test(`${engine.name}: a page of jobs is asked for by state, type, time and where the last one ended`, async (t) => {
    const owner = ownerOf(t, engine, freshPlace(t));
    await owner.open();
    submit(owner, 1, 5000);
    for (let number = 1000; number < 5000; number += 100) {
      owner.store.journal.attempt(number, { attempt: 1, worker: 'w', fence: number, at: 1 });
      if (number >= 3000)
        owner.store.journal.ended(number, number < 4000 ? 2 : 0, 1, 9, BODY, 0, 3);
    }
    owner.store.commit();
    const numbers = (jobs: readonly FoundJob[]) => jobs.map(({ job }) => job.kept.number);
    const dead = await owner.store.list({ state: 'dead', limit: 10 });
    t.deepEqual(numbers(dead), [3000, 3100, 3200, 3300, 3400, 3500, 3600, 3700, 3800, 3900]);
    t.deepEqual(
      numbers(await owner.store.list({ state: 'done', limit: 3, after: 4100 })),
      [4200, 4300, 4400],
    );
    t.deepEqual(
      numbers(await owner.store.list({ state: 'dispatched', type: 'type-1', limit: 3 })),
      [1000, 1300, 1600],
    );
    const since = keptOf(4999, 0).submittedAt;
    t.deepEqual(numbers(await owner.store.list({ since, limit: 10 })), [4999, 5000]);
    t.deepEqual(
      numbers(await owner.store.list({ until: keptOf(3, 0).submittedAt, limit: 10 })),
      [1, 2],
    );
    t.deepEqual(numbers(await owner.store.list({ newest: true, limit: 3 })), [5000, 4999, 4998]);
    const rest = { newest: true, type: 'type-1', after: 1000, limit: 2000 };
    const down = numbers(await owner.store.list(rest));
    t.deepEqual(
      down,
      numbers(await owner.store.list({ type: 'type-1', limit: down.length })).reverse(),
    );
    t.deepEqual(await owner.store.list({ type: 'nothing', limit: 10 }), []);
    t.is((await owner.store.list({ limit: 5001 })).length, 5000);
    await owner.store.close();
  });

  test(`${engine.name}: a copy that is taken under load opens as a store of its own`, async (t) => {
    const place = freshPlace(t);
    const owner = ownerOf(t, engine, place);
    const { opened } = await owner.open();
    submit(owner, 1, 20_000);
    owner.store.commit();
    const file = join(place, 'copy');
    let isDone = false;
    const copying = owner.store.backup(file).finally(() => {
      isDone = true;
    });
    let last = 20_000;
    for (; !isDone; last += 10) {
      submit(owner, last + 1, last + 10);
      await owner.commit();
    }
    await copying;
    t.is(statSync(file).mode & 0o777, 0o600, 'nobody else may read it');
    await t.throwsAsync(owner.store.backup(file), { code: 'STORE_FAILED' });
    await owner.store.close();
    const other = join(place, 'other');
    mkdirSync(other);
    cpSync(file, join(other, 'latido.db'));
    for (let time = 0; time < 2; time += 1) {
      const copy = ownerOf(t, engine, other);
      const { opened: of, jobs } = await copy.open();
      t.true(jobs.length >= 20_000 && jobs.length <= last);
      t.deepEqual(
        jobs.map((job) => job.kept.number),
        jobs.map((_, i) => i + 1),
      );
      t.not(of.instance, opened.instance);
      await copy.store.close();
    }
  });
}

test('everything that a killed process said to be durable is there, round after round', async (t) => {
  const place = freshPlace(t);
  let acked = 0;
  for (let round = 0; round < 20; round += 1) {
    const child = spawn(process.execPath, [APPENDER, place], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'latido-test-compiled') },
    });
    let said = '';
    child.stdout.on('data', (text) => {
      said += text;
    });
    const lines = () => said.split('\n').slice(0, -1);
    await until('it appends', () => lines().length > 2 + ((round * 7) % 20));
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    t.true(Number(lines()[0]!.slice(5)) > acked, 'a number is given twice');
    acked = Number(lines().at(-1));
  }
  t.deepEqual(checkStore(place).problems, []);
  const owner = ownerOf(t, sqlite, place);
  const { opened, jobs } = await owner.open();
  t.true(opened.nextNumber > acked);
  const waiting = new Set(jobs.map((job) => job.kept.number));
  for (let number = 1; number <= acked; number += 1)
    if (waiting.has(number) !== (number % 2 === 1)) t.fail(`job ${number}`);
  t.is((await owner.store.find(keptOf(acked, acked).id))?.state, 'done');
  await owner.store.close();
});

test.serial('a fold that a crash has cut short anywhere is not folded twice', async (t) => {
  for (let cut = 0; cut < 12; cut += 1) {
    const place = freshPlace(t);
    const model = new ModelStore();
    const writer = new BatchWriter();
    const steps = fc.sample(histories(400), { seed: cut, numRuns: 100 }).flat();
    let disk = new Disk(place, FOR_EVER);
    for (const [i, step] of steps.entries()) {
      record(step, writer, model);
      if (step.what === 'commit') append(disk, writer);
      if (i % (50 + 20 * cut) !== 0) continue;
      append(disk, writer);
      // All is read; then old batches are removed one by one and rows written 16 at a time, until the process ends.
      disk.digest(() => false);
      for (let slice = (i * 7) % 30; slice >= 0; slice -= 1) disk.slice(1e9, onceMore(), true);
      disk.commit(0);
      disk.abandon();
      disk = new Disk(place, FOR_EVER);
      t.deepEqual(liveOf(disk), model.live().map(plainJob));
    }
    append(disk, writer);
    disk.close();
    disk = new Disk(place, FOR_EVER);
    t.deepEqual(liveOf(disk), model.live().map(plainJob));
    disk.close();
    t.deepEqual(checkStore(place).problems, []);
  }
});

/** Over when it is asked for the second time. */
function onceMore(): () => boolean {
  let asked = 0;
  return () => {
    asked += 1;
    return asked > 1;
  };
}
