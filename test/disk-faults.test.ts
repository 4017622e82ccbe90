import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Cluster } from './support/cluster.ts';
import { canWatch, Fault, Shim } from './support/disk/shim.ts';
import { smallDisk } from './support/disk/small-disk.ts';
import { Submits } from './support/disk/submits.ts';
import { Load } from './support/load.ts';
import { sharedClock, until } from './support/poll.ts';
import { Record } from './support/record.ts';

const record = new Record();
const FLUSH_MS = 500;
let shim: Shim | null = null;

/** A test with a disk that can be made to fail, where that can be done. */
function tested(title: string, body: (t: ExecutionContext, shim: Shim) => Promise<void>): void {
  test.serial(title, async (t) => {
    t.timeout(120_000);
    if (!canWatch()) {
      t.log('skipped: disks fail only where there are Linux and gcc');
      t.pass();
      return;
    }
    shim ??= new Shim();
    shim.fault(Fault.NONE);
    await body(t, shim);
  });
}

/** A broker that keeps its data there, two workers, and what its clients do at level memory meanwhile. */
async function start(t: ExecutionContext, failing: Shim, path: string) {
  const args = ['--memory=false', `--data=${join(path, 'data')}`, '--adopt-ms=4000'];
  const cluster = await Cluster.startWith(t, failing.failing(path), ...args);
  await cluster.workers(['f1', 'f2'], { capacity: 4 });
  const calls = new Load(cluster.client(), 'A', 2, { wait: 1 });
  const submits = new Submits(cluster.client());
  await submits.many(20);
  return { cluster, calls, submits };
}

function directory(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'latido-faults-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

/** Calls are answered: so many more of them. */
function goOn(calls: Load, more = 50): Promise<boolean> {
  const least = calls.outcomes.length + more;
  return until('jobs at level memory go on', () => calls.outcomes.length >= least);
}

/** A job is accepted again, without anybody doing anything about it. */
function resumes(submits: Submits): Promise<boolean> {
  return until('durable jobs are accepted again', async () => (await submits.one()) === null);
}

tested(
  'a full disk refuses durable jobs with DISK_FULL until there is room',
  async (t, failing) => {
    const disk = smallDisk(t, failing);
    const { cluster, calls, submits } = await start(t, failing, disk.path);
    disk.fill();
    await until('the disk is full', async () => (await submits.one(200_000)) !== null);
    const before = submits.accepted.length;
    for (let i = 0; i < 20; i += 1) t.is(await submits.one(1000), 'DISK_FULL');
    await goOn(calls);
    t.is(submits.accepted.length, before);
    disk.makeRoom();
    await resumes(submits);
    await submits.many(20, 1000);

    // Again, and killed while it is full.
    disk.fill();
    await until('the disk is full', async () => (await submits.one(200_000)) !== null);
    await cluster.broker.kill();
    const crashes = [sharedClock()];
    await t.throwsAsync(cluster.startBroker(), { message: /DISK_FULL|disk is full/ });
    disk.makeRoom();
    await cluster.startBroker();
    await resumes(submits);
    t.deepEqual([...new Set(submits.refused)], ['DISK_FULL']);
    const kept = await submits.outcomes(cluster.client());
    const outcomes = [...kept, ...(await calls.stop())];
    t.deepEqual(record.wrongs(outcomes, { crashes }), []);
  },
);

tested(
  'a disk that cannot flush gets nothing accepted until all was read again',
  async (t, failing) => {
    const { cluster, calls, submits } = await start(t, failing, directory(t));
    const busy = new Load(cluster.client(), 'A', 4, { wait: 20 }, { level: 'disk' });
    failing.fault(Fault.FLUSH_FAILS);
    await submits.many(10);
    const before = submits.accepted.length;
    const end = performance.now() + 2500;
    while (performance.now() < end) t.is(await submits.one(), 'STORE_FAILED');
    await goOn(calls);
    t.is(submits.accepted.length, before);
    failing.fault(Fault.NONE);
    await resumes(submits);
    await submits.many(20);

    failing.fault(Fault.FLUSH_FAILS);
    await submits.many(10);
    await cluster.broker.kill();
    const crashes = [sharedClock()];
    await t.throwsAsync(cluster.startBroker(), { message: /STORE_FAILED|disk I\/O error|EIO/ });
    failing.fault(Fault.NONE);
    await cluster.startBroker();
    await resumes(submits);
    t.deepEqual([...new Set(submits.refused)], ['STORE_FAILED']);
    const kept = await submits.outcomes(cluster.client());
    const ended = (await busy.stop()).filter(({ error }) => error?.code !== 'STORE_FAILED');
    const outcomes = [...kept, ...ended, ...(await calls.stop())];
    t.deepEqual(record.wrongs(outcomes, { crashes }), []);
  },
);

tested('a slow flush delays what waits for it, and nothing else', async (t, failing) => {
  const { cluster, calls, submits } = await start(t, failing, directory(t));
  failing.fault(Fault.FLUSH_IS_SLOW, FLUSH_MS);
  const slow = new Submits(cluster.client());
  const from = calls.tookMs.length;
  const busy = new Load(cluster.client(), 'A', 4, { wait: 1 }, { level: 'disk' });
  for (let i = 0; i < 5; i += 1) await slow.many(4);
  await goOn(calls);
  t.true(slow.fastestMs > FLUSH_MS - 20, `an accept after ${slow.fastestMs} ms`);
  const took = calls.tookMs.slice(from).sort((x, y) => x - y);
  const p99 = took[Math.floor(took.length * 0.99)]!;
  t.true(p99 < 200, `p99 of calls ${p99} ms`);
  t.deepEqual(slow.refused, []);

  const late = slow.many(4);
  await cluster.broker.kill();
  const crashes = [sharedClock()];
  await cluster.startBroker();
  await late;
  t.deepEqual(slow.refused, []);
  failing.fault(Fault.NONE);
  const client = cluster.client();
  const kept = [...(await submits.outcomes(client)), ...(await slow.outcomes(client))];
  const outcomes = [...kept, ...(await busy.stop()), ...(await calls.stop())];
  t.deepEqual(record.wrongs(outcomes, { crashes }), []);
});
