import { readFileSync } from 'node:fs';
import test from 'ava';
import { Dealer } from 'zeromq';
import { Batch, NO_SESSION } from '../src/wire/batch.ts';
import { encodeOptions } from '../src/wire/items.ts';
import { Tag, Verb } from '../src/wire/verbs.ts';
import { Cluster } from './support/cluster.ts';
import { BesiegedDoors } from './support/doors.ts';
import { Hostile } from './support/hostile.ts';
import { Load } from './support/load.ts';
import { after, until } from './support/poll.ts';
import { Random } from './support/random.ts';
import { Record } from './support/record.ts';
import { makeNoise } from './support/wire-noise.ts';

const MIB = 1024 * 1024;
const record = new Record();

for (const first of [1, 101, 201]) {
  test.serial(
    `whatever is said at the doors is answered, refused or dropped, and leaves nothing behind (seeds ${first} to ${first + 99})`,
    (t) => {
      for (let seed = first; seed < first + 100; seed++) {
        const doors = new BesiegedDoors(seed);
        t.notThrows(() => {
          for (let i = 0; i < 400; i++) doors.step();
        }, `seed ${seed}`);
        t.is(doors.end(), '', `seed ${seed}`);
      }
    },
  );
}

test.serial('bytes that are no ZeroMQ, on both ports under load, harm nobody', async (t) => {
  const { cluster, load } = await loaded(t);
  const random = new Random(1);
  const noises = [];
  for (let n = 0; n < 150; n++) {
    noises.push(await makeNoise(random.pick([cluster.frontend, cluster.backend]), random));
  }
  const done = load.outcomes.length;
  await until('the load goes on', () => load.outcomes.length > done + 200);
  for (const noise of noises) noise.destroy();
  t.deepEqual(record.wrongs(await load.stop()), []);
  t.is(await cluster.metric('latido_worker_events_total', 'gone'), 0);
  await until('nothing is left', async () => (await cluster.metric('latido_connections')) === 3);
});

test.serial('messages that are nearly right, on both ports under load, harm nobody', async (t) => {
  const { cluster, load } = await loaded(t);
  for (let round = 0; round < 6; round++) {
    const random = new Random(round);
    const peers = Array.from({ length: 8 }, (_, n) => new HostilePeer(cluster, random, n));
    for (let n = 0; n < 60; n++) {
      for (const peer of peers) await peer.say();
    }
    for (const peer of peers) peer.close();
  }
  const done = load.outcomes.length;
  await until('the load goes on', () => load.outcomes.length > done + 100);
  t.deepEqual(record.wrongs(await load.stop()), []);
  for (const reason of ['session', 'verb', 'record length', 'classic-frames', 'ready'])
    t.true((await cluster.metric('latido_drops_total', `"${reason}"`)) > 0, reason);
  await until('nothing is left', async () => {
    const { clients, waiting, dispatched, workers } = await cluster.status();
    return clients === 1 && workers.length === 2 && waiting + dispatched === 0;
  });
  t.is(cluster.broker.said.match(/"level":"error"/), null);
});

test.serial('who speaks nothing that is known is told of in the log, once a minute', async (t) => {
  const cluster = await Cluster.start(t);
  const pirate = new Dealer({ linger: 0 });
  pirate.connect(cluster.backend);
  t.teardown(() => pirate.close());
  for (let n = 0; n < 20; n++) await pirate.send('\x01');
  const dropped = () => cluster.metric('latido_drops_total', 'unknown-dialect');
  await until('all have come', async () => (await dropped()) === 20);
  const told = cluster.broker.said.split('\n').filter((line) => line.includes('no dialect'));
  t.is(told.length, 1);
  const { level, port, frames, begins } = JSON.parse(told[0]!);
  t.deepEqual([level, port, frames, begins], ['warn', 'backend', 1, '01']);
});

for (const dialect of ['native', 'classic'] as const) {
  test.serial(
    `a ${dialect} client that does not read is dropped, holds up nobody and fills no memory, and is served when it reads again`,
    async (t) => {
      const { cluster, load } = await loaded(t);
      const before = rssOf(cluster.broker.pid);
      const slow = new Dealer({ receiveHighWaterMark: 1, linger: 0, sendTimeout: 2000 });
      t.teardown(() => slow.close());
      slow.connect(cluster.frontend);
      let peak = 0;
      for (let sent = 0; sent < 400; sent++) {
        const body = JSON.stringify({ job: `${dialect}-${sent}`, size: MIB });
        await slow.send(dialect === 'native' ? nativeAsk(sent, sent === 0, body) : ['', 'A', body]);
        await after(5);
        peak = Math.max(peak, rssOf(cluster.broker.pid));
      }
      await until('it is dropped', async () => {
        peak = Math.max(peak, rssOf(cluster.broker.pid));
        return cluster.metric('latido_client_events_total', 'gone');
      });
      const grown = Math.round((peak - before) / MIB);
      t.log(`${dialect}: ${grown} MiB more, slowest job ${Math.round(load.slowestMs)} ms`);
      t.true(grown < 250, `${grown} MiB`);
      t.deepEqual(record.wrongs(await load.stop()), []);
      t.true(load.slowestMs < 5000, `${load.slowestMs} ms`);
      const small = JSON.stringify({ job: `${dialect}-again` });
      await slow.send(dialect === 'native' ? nativeAsk(1000, true, small) : ['', 'A', small]);
      for await (const frames of slow) {
        if (frames.some((frame) => frame.includes(`${dialect}-again by`))) break;
      }
    },
  );
}

/** One that speaks over a real socket, reads what it is told, and sometimes starts anew. */
class HostilePeer {
  readonly #address: string;
  readonly #random: Random;
  readonly #side: 'frontend' | 'backend';
  #socket!: Dealer;
  #hostile!: Hostile;

  constructor(cluster: Cluster, random: Random, n: number) {
    this.#side = n % 2 === 0 ? 'frontend' : 'backend';
    this.#address = cluster[this.#side];
    this.#random = random;
    this.#connect();
  }

  async say(): Promise<void> {
    if (this.#random.below(40) === 0) {
      this.close();
      this.#connect();
    }
    await this.#socket.send(this.#hostile.message() as Buffer[]);
  }

  close(): void {
    this.#socket.close();
  }

  #connect(): void {
    this.#socket = new Dealer({ linger: 0 });
    this.#socket.connect(this.#address);
    this.#hostile = new Hostile(this.#random, this.#side);
    void this.#listen(this.#socket, this.#hostile);
  }

  async #listen(socket: Dealer, hostile: Hostile): Promise<void> {
    try {
      for await (const frames of socket) hostile.hear(frames);
    } catch {
      // It was closed.
    }
  }
}

/** A broker, two workers, and a load that has begun. */
async function loaded(t: Parameters<typeof Cluster.start>[0]) {
  const cluster = await Cluster.start(t);
  await cluster.workers(['h1', 'h2'], { capacity: 4 });
  const load = new Load(cluster.client(), 'A', 8, { wait: 10 });
  await until('the load runs', () => load.outcomes.length > 20);
  return { cluster, load };
}

/** A job from a native client that needs no answer to go on. */
function nativeAsk(call: number, greets: boolean, text: string): Uint8Array[] {
  const batch = new Batch();
  if (greets) {
    batch.begin(Verb.HELLO, 1, 0, 0, 0);
    batch.raw(encodeOptions([[Tag.INSTANCE, Buffer.alloc(16, 9)]]));
    batch.begin(Verb.TYPE, 0, 0, 0, 0);
    batch.body(Buffer.from('A'), 0, 1);
  }
  const body = Buffer.from(text);
  batch.begin(Verb.SUBMIT, 0, 0, call, 0);
  batch.body(body, 0, body.length);
  return batch.take(NO_SESSION, 0)[0]!;
}

function rssOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))![1]) * 1024;
}
