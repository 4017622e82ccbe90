/** Peers that are written in Python, against a real broker and mixed with native ones. Run by `npm run test:interop`. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { Dialects } from '../support/dialect-peers.ts';
import { python, pythonClient, pythonWorker } from '../support/dialect-peers-python.ts';

const tested = python === null ? test.serial.skip : test.serial;
if (python === null) console.log('skipped: peers in Python, because python3-zmq is not installed');

/** Each worker's dialect with the type that its jobs are of; '' is the default one. */
const workers = [
  ['classic', ''],
  ['classic', 'classic'],
  ['mdp-0.1', 'mdp1'],
  ['mdp-0.2', 'mdp2'],
] as const;
const clients = ['classic', 'mdp-0.1', 'async', 'mdp-0.2'] as const;

tested(
  'Python clients of every dialect are answered by Python workers of every dialect',
  async (t) => {
    const { cluster } = await Dialects.start(t);
    await Promise.all(
      workers.map((worker) => pythonWorker(t, worker[0], cluster.backend, worker[1])),
    );
    await Promise.all(
      workers.flatMap(([dialect, type]) =>
        clients.map(async (client) => {
          const name = type === '' && client !== 'classic' ? 'default' : type;
          const answers = await pythonClient(t, client, cluster.frontend, name, 'hello');
          t.deepEqual(answers, [['HELLO']], `${client} to ${dialect}`);
        }),
      ),
    );
  },
);

tested('Python and native peers do jobs for each other', async (t) => {
  const { cluster, ppp } = await Dialects.start(t);
  await cluster.worker('native', { type: 'native' });
  await Promise.all([
    pythonWorker(t, 'mdp-0.1', cluster.frontend, 'mdp1'),
    pythonWorker(t, 'mdp-0.2', cluster.backend, 'mdp2'),
    pythonWorker(t, 'classic', cluster.backend, 'classic'),
    pythonWorker(t, 'ppp', ppp),
  ]);
  const native = cluster.client();
  for (const type of ['mdp1', 'mdp2', 'classic', 'default'])
    t.is((await native.call(type, 'hello')).text(), 'HELLO', type);
  for (const client of clients) {
    const body = JSON.stringify({ job: client });
    const answers = await pythonClient(t, client, cluster.frontend, 'native', body);
    t.regex(answers[0]![0]!, new RegExp(`^${client} by \\d+ in 1$`));
  }
});

tested(
  'frames of a body survive between Majordomo peers, and are one body for a native one',
  async (t) => {
    const { cluster } = await Dialects.start(t);
    await pythonWorker(t, 'mdp-0.1', cluster.backend, 'mdp1');
    await pythonWorker(t, 'mdp-0.2', cluster.backend, 'mdp2');
    for (const type of ['mdp1', 'mdp2']) {
      for (const client of ['mdp-0.1', 'mdp-0.2']) {
        const answers = await pythonClient(t, client, cluster.frontend, type, 'a', '', 'b');
        t.deepEqual(answers, [['A', '', 'B']], `${client} to ${type}`);
      }
    }
    const packed = Buffer.from('LTF\x01\x01\0\0\0a\0\0\0\0\x01\0\0\0b', 'latin1');
    const answer = await cluster.client().call('mdp1', packed);
    t.is(Buffer.from(answer.bytes).toString('latin1'), packed.toString('latin1').toUpperCase());
  },
);

tested('the parts of a Python worker reach Python and native clients', async (t) => {
  const { cluster } = await Dialects.start(t);
  await pythonWorker(t, 'mdp-0.2', cluster.backend, 'mdp2');
  const answers = await pythonClient(t, 'mdp-0.2', cluster.frontend, 'mdp2', 'count 3');
  t.deepEqual(answers, [['part 0'], ['part 1'], ['part 2'], ['COUNT 3']]);
  t.deepEqual(await pythonClient(t, 'mdp-0.1', cluster.frontend, 'mdp2', 'count 3'), [['COUNT 3']]);
  const stream = cluster.client().stream('mdp2', 'count 2');
  const parts: string[] = [];
  for await (const part of stream) parts.push(part.text());
  t.deepEqual(parts, ['part 0', 'part 1']);
  t.is((await stream.answer).text(), 'COUNT 2');
});

tested("with --mdp-ordered a client's answers come in the order of its requests", async (t) => {
  const { cluster } = await Dialects.start(t, '--mdp-ordered');
  await pythonWorker(t, 'mdp-0.1', cluster.backend, 'mdp1');
  await pythonWorker(t, 'mdp-0.1', cluster.backend, 'mdp1');
  const asked = ['wait 300', 'a', 'b', 'wait 100', 'c'];
  const answers = await pythonClient(t, 'async', cluster.frontend, 'mdp1', ...asked);
  t.deepEqual(
    answers,
    asked.map((body) => [body.toUpperCase()]),
  );
});

for (const dialect of ['classic', 'mdp-0.1', 'mdp-0.2', 'ppp'] as const) {
  tested(`a job outlives the ${dialect} worker in Python that was doing it`, async (t) => {
    const { cluster, ppp } = await Dialects.start(t);
    const address = dialect === 'ppp' ? ppp : cluster.backend;
    const first = await pythonWorker(t, dialect, address, 'default');
    const asked = pythonClient(t, 'mdp-0.1', cluster.frontend, 'default', 'wait 700');
    await first.says('start wait 700');
    await pythonWorker(t, dialect, address, 'default');
    first.signal('SIGKILL');
    t.deepEqual(await asked, [['WAIT 700']]);
    t.is(await cluster.metric('latido_dialect_answers_total', dialect), 1);
  });
}

tested(
  'Python workers register again with a broker that was killed and started again',
  async (t) => {
    const { cluster, ppp } = await Dialects.start(t);
    const told = await Promise.all([
      pythonWorker(t, 'mdp-0.1', cluster.backend, 'mdp1'),
      pythonWorker(t, 'mdp-0.2', cluster.frontend, 'mdp2'),
    ]);
    await pythonWorker(t, 'ppp', ppp);
    await cluster.broker.kill();
    await cluster.startBroker();
    for (const worker of told) await worker.says('told to disconnect');
    for (const type of ['mdp1', 'mdp2', 'default'])
      t.deepEqual(await pythonClient(t, 'mdp-0.1', cluster.frontend, type, 'hello'), [['HELLO']]);
  },
);

tested(
  'a Titanic request from Python is done though the broker is killed before its worker is there',
  async (t) => {
    const data = mkdtempSync(join(tmpdir(), 'latido-interop-'));
    t.teardown(() => rmSync(data, { recursive: true, force: true }));
    const { cluster } = await Dialects.start(t, '--memory=false', `--data=${data}`);
    const asked = await pythonClient(t, 'titanic', cluster.frontend, 'mdp1', 'a', '', 'b');
    await cluster.broker.kill();
    await cluster.startBroker();
    await pythonWorker(t, 'mdp-0.1', cluster.backend, 'mdp1');
    const uuid = asked[0]![0]!;
    const answered = await pythonClient(t, 'titanic-reply', cluster.frontend, uuid);
    t.deepEqual(answered, [['A', '', 'B'], ['400']]);
  },
);
