import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { disorderOf, Member, wrongsOf } from './support/chat/crowd.ts';
import { Cluster } from './support/cluster.ts';
import { after } from './support/poll.ts';
import { type Process, program } from './support/processes.ts';

const slowChat = fileURLToPath(new URL('./support/chat/slow-chat.ts', import.meta.url));
const SECONDS = 4;
const ROOMS = ['durable', 'transient', 'queue'] as const;
/** Together 1,000 messages a second. */
const AUTHORS = { durable: 2, transient: 2, queue: 1 };
const A_SECOND = { durable: 150, transient: 250, queue: 200 };

interface Crowd {
  readonly authors: Member[];
  readonly members: Member[];
}

test.serial(
  'chat workers that are killed at 1,000 messages a second lose, double and shuffle nothing',
  async (t) => {
    const cluster = await chatCluster(t);
    const workers = await Promise.all([
      chatWorker(t, cluster),
      chatWorker(t, cluster),
      chatWorker(t, cluster),
    ]);
    const crowds = await gather(t, cluster);
    const talking = talk(crowds);
    for (let kill = 0; kill < 6; kill++) {
      await after(700);
      await workers[kill % workers.length]!.kill();
      workers[kill % workers.length] = await chatWorker(t, cluster);
    }
    await talking;
    await checkAll(t, crowds, ['durable', 'transient']);
    t.true((await cluster.metric('latido_worker_events_total', 'gone')) >= 6);
    t.log(`${await cluster.metric('latido_attempts_total', 'worker-gone')} attempts were lost`);
  },
);

test.serial(
  'a broker that is killed at 1,000 messages a second loses, doubles and shuffles nothing that was said',
  async (t) => {
    const cluster = await chatCluster(t);
    await Promise.all([chatWorker(t, cluster), chatWorker(t, cluster)]);
    const crowds = await gather(t, cluster);
    const talking = talk(crowds);
    for (let kill = 0; kill < 3; kill++) {
      await after(1200);
      await cluster.broker.kill();
      await cluster.startBroker();
    }
    await talking;
    await checkAll(t, crowds, ['durable']);
  },
);

async function chatCluster(t: ExecutionContext): Promise<Cluster> {
  const data = mkdtempSync(join(tmpdir(), 'latido-chat-'));
  const args = ['--memory=false', `--data=${data}`, '--chat-rate=10000', '--adopt-ms=6000'];
  const cluster = await Cluster.start(t, ...args);
  t.teardown(() => rmSync(data, { recursive: true, force: true, maxRetries: 5 }));
  return cluster;
}

async function chatWorker(t: ExecutionContext, { backend }: Cluster): Promise<Process> {
  const worker = program('worker', [
    '--type=chat',
    `--broker=${backend}`,
    '--capacity=8',
    `--handler=${slowChat}`,
  ]);
  t.teardown(() => worker.kill());
  await worker.ready;
  return worker;
}

/** Authors and others in a room of each kind. */
async function gather(t: ExecutionContext, cluster: Cluster): Promise<Record<string, Crowd>> {
  const crowds: Record<string, Crowd> = {};
  for (const kind of ROOMS) {
    const member = (name: string) =>
      Member.join(t, cluster, `${kind}-${name}`, `the-${kind}`, kind);
    const authors: Member[] = [];
    for (let n = 0; n < AUTHORS[kind]; n++) authors.push(await member(`author-${n}`));
    const others = [await member('one'), await member('two'), await member('three')];
    if (kind === 'queue') for (const { chat } of others) await chat.take('the-queue', true);
    crowds[kind] = { authors, members: [...authors, ...others] };
  }
  return crowds;
}

async function talk(crowds: Record<string, Crowd>): Promise<void> {
  const talks = ROOMS.flatMap((kind) =>
    crowds[kind]!.authors.map((author) =>
      author.talk(`the-${kind}`, A_SECOND[kind] * SECONDS, A_SECOND[kind]),
    ),
  );
  await Promise.all(talks);
}

/**
 * `whole`: rooms where every member is shown everything, all in one order. In a transient room a broker that dies may have
 * given something to some members only: what they are shown is in the order of each author, and nothing twice.
 */
async function checkAll(
  t: ExecutionContext,
  crowds: Record<string, Crowd>,
  whole: readonly string[],
): Promise<void> {
  for (const { authors } of Object.values(crowds)) {
    await Promise.all(authors.map((author) => author.delivered()));
  }
  for (const kind of ['durable', 'transient']) {
    if (whole.includes(kind)) await checkWhole(t, crowds[kind]!);
    else checkOrder(t, crowds[kind]!);
  }
  const { authors, members } = crowds.queue!;
  const takers = members.slice(authors.length);
  await t.notThrowsAsync(Promise.all(authors.map((author) => author.delivered())));
  await after(1500);
  const counts = takers.map(({ shown }) => shown.length);
  const all = takers.flatMap(({ shown }) => shown.map(({ text }) => text));
  t.is(new Set(all).size, authors[0]!.said.length, 'each is given');
  t.is(all.length, authors[0]!.said.length, 'and to one alone');
  t.log(`takers were given ${counts.join(', ')}`);
}

function checkOrder(t: ExecutionContext, { authors, members }: Crowd): void {
  for (const member of members) {
    for (const { nick } of authors) {
      const numbers = member.shown
        .filter(({ from }) => from === nick)
        .map(({ text }) => Number(text));
      const steps = numbers.slice(1).map((n, at) => n - numbers[at]!);
      t.true(
        steps.every((step) => step > 0),
        `${member.nick} is shown what ${nick} said once, in order`,
      );
    }
    t.true(member.shown.length > 0);
  }
}

async function checkWhole(t: ExecutionContext, { authors, members }: Crowd): Promise<void> {
  await Promise.all(members.map((member) => member.hears(authors)));
  for (const member of members) {
    t.deepEqual(wrongsOf(member, authors), []);
    t.is(member.missed, 0);
  }
  const [one, ...others] = members.slice(authors.length);
  for (const other of others) t.deepEqual(disorderOf(one!, other), []);
}
