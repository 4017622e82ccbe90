import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { DemoCluster } from '../src/cli/demo-cluster.ts';
import { deadText } from '../src/cli/jobs-list.ts';
import { jsonLine, peopleLine } from '../src/cli/log.ts';
import type { JobLine } from '../src/view/jobs.ts';
import {
  freePort,
  Program,
  run,
  startTestBroker,
  startTestWorker,
  type TestBroker,
  waitUntil,
} from './support/programs.ts';

const handlers = fileURLToPath(new URL('./support/handlers.ts', import.meta.url));
let broker: TestBroker;

test.before(async () => {
  broker = await startTestBroker();
});

test.after.always(() => broker?.program.kill('SIGKILL'));

const client = (args: string[]) => run('client', [`--broker=${broker.frontend}`, ...args]);

test.serial('what is misused is named in one sentence, and ends with 2', async (t) => {
  const cases: [string, string[], RegExp][] = [
    ['broker', ['--heartbeat-ms', '5'], /'--heartbeat-ms' must be at least 10, got 5/],
    ['broker', ['--data='], /'--data' must be a directory, got ''/],
    ['broker', ['--frontend', 'nowhere'], /'--frontend' must be an address .*, got 'nowhere'/],
    ['client', ['--type=A', '--broker=tcp://127.0.0.1:*', 'x'], /'--broker' must be an address/],
    ['broker', ['--http', '127.0.0.1:65536'], /'--http' must be a host and port .*:65536'/],
    ['latido', ['status', '--http', '127.0.0.1:99999'], /'--http' must be a host and port/],
    ['broker', ['--colour', 'red'], /unknown .*colour/],
    ['broker', ['--frontend', 'tcp://0.0.0.0:*'], /--insecure/],
    ['worker', [], /'--type' is required/],
    ['worker', ['--type', 'resize'], /no handler comes along for type 'resize'.*--handler/],
    ['worker', ['--type', 'A', '--load', 'much'], /'--load' must be auto, .*, got 'much'/],
    ['worker', ['--type', 'A', '--chaos', 'sleep=1'], /sleep/],
    ['worker', ['--type', 'x', '--handler', './not-there.mjs'], /'\.\/not-there\.mjs' could not/],
    [
      'worker',
      ['--type', 'x', '--processes=2', '--handler=./not-there.mjs'],
      /could not be loaded/,
    ],
    ['client', ['--type', 'A', '--count', 'many'], /'--count' must be a whole number, got 'many'/],
    ['client', ['x'], /'--type' is required/],
    ['client', ['--type', 'A', '--count', '1', '--count', '2'], /'--count' may be given once/],
    ['latido', ['fly'], /unknown .*fly/],
    ['latido', [], /a command is needed: broker, worker/],
  ];
  for (const [program, args, sentence] of cases) {
    const { code, stdout, stderr } = await run(program, args);
    t.regex(stderr, sentence);
    t.is(stderr.trimEnd().split('\n').length, 1, stderr);
    t.is(stdout, '');
    t.is(code, 2, `${program} ${args.join(' ')}`);
  }
});

test.serial('a port in use is named, and ends with 1', async (t) => {
  const args = ['--frontend', broker.frontend, '--backend', 'tcp://127.0.0.1:*', '--http', 'off'];
  const { code, stderr } = await run('broker', args);
  t.true(stderr.includes(broker.frontend), stderr);
  t.is(stderr.trimEnd().split('\n').length, 1, stderr);
  t.is(code, 1);
});

test.serial('a log line is a sentence with its fields for people, and JSON for programs', (t) => {
  const event = { level: 'warn', text: 'a worker is gone', worker: 'A1', inflight: 2 } as const;
  const at = new Date(2026, 0, 2, 3, 4, 5);
  const plain = stripVTControlCharacters(peopleLine(event, at));
  t.is(plain, '03:04:05 warn  a worker is gone worker=A1 inflight=2');
  t.deepEqual(JSON.parse(jsonLine(event, at)), { time: at.toISOString(), ...event });
});

test.serial('every --help ends with an example', async (t) => {
  const commands = ['broker', 'worker', 'client', 'status', 'demo', 'bench'].map((name) => [name]);
  for (const args of [[], ...commands]) {
    const { code, stdout } = await run('latido', [...args, '--help']);
    t.regex(stdout, /\nExamples:\n(?: {2}.*\n?)+\n?$/);
    t.is(code, 0);
  }
  t.is((await run('broker', ['--version'])).stdout, (await run('latido', ['--version'])).stdout);
});

test.serial(
  'the broker says ready once with its addresses, and ends with 0 on SIGTERM',
  async (t) => {
    const free = [
      '--frontend=tcp://127.0.0.1:*',
      '--backend=tcp://127.0.0.1:*',
      '--http=127.0.0.1:0',
    ];
    const program = new Program('broker', free);
    const ready = await program.line('stdout', /ready/);
    t.regex(ready, /tcp:\/\/127\.0\.0\.1:\d+.*tcp:\/\/127\.0\.0\.1:\d+.*http/);
    program.kill('SIGTERM');
    const { code, stdout, stderr } = await program.ended;
    t.is(stdout, `${ready}\n`);
    t.regex(stderr, /no new jobs, those that wait are dispatched for 10000 ms/);
    t.is(code, 0);
  },
);

test.serial('status shows types and workers to people and to scripts', async (t) => {
  const own = await startTestWorker(
    broker.backend,
    '--type=upper',
    `--handler=${handlers}`,
    '--name=20261121',
  );
  await client(['--type', 'upper', 'x']);
  const people = await run('latido', ['status', '--http', broker.http]);
  t.regex(people.stdout, /^upper +open +0 +- +0 +1 /m);
  t.regex(people.stdout, /^worker +types +state +load +in flight +capacity +done/m);
  t.is(people.code, 0);
  const { stdout } = await run('latido', ['status', '--http', broker.http, '--json']);
  const upper = JSON.parse(stdout).types.find((each: { name: string }) => each.name === 'upper');
  t.true(upper.answered >= 1);
  own.kill('SIGKILL');
  const nowhere = await run('latido', ['status', '--http', `127.0.0.1:${await freePort()}`]);
  t.regex(
    nowhere.stderr,
    /^latido: no broker answers at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\): start one, .*\n$/,
  );
  t.is(nowhere.code, 1);
});

test.serial('a worker waits for a broker that is not there, and says so', async (t) => {
  const program = new Program('worker', [
    '--type=A',
    `--broker=tcp://127.0.0.1:${await freePort()}`,
  ]);
  const line = JSON.parse(await program.line('stderr', /waiting/));
  t.is(line.level, 'warn');
  program.kill('SIGTERM');
  t.like(await program.ended, { code: 0, stdout: '' });
});

test.serial(
  'a worker that is stopped finishes what runs, and a second signal ends it at once',
  async (t) => {
    const own = await startTestWorker(broker.backend, '--type=late', `--handler=${handlers}`);
    const job = client(['--type', 'late', '400']);
    await own.line('stderr', /started/);
    own.kill('SIGTERM');
    t.is((await job).stdout, '400\n');
    t.is((await own.ended).code, 0);
    const stuck = await startTestWorker(broker.backend, '--type=late', `--handler=${handlers}`);
    const lost = client(['--type', 'late', '--timeout-ms', '2000', '60000']);
    await stuck.line('stderr', /started/);
    stuck.kill('SIGTERM');
    await stuck.line('stderr', /stopping/);
    stuck.kill('SIGTERM');
    t.is((await stuck.ended).code, 1);
    t.is((await lost).code, 1);
  },
);

test.serial('a stopped worker waits for a broker that is away, but not for ever', async (t) => {
  const own = await startTestBroker('--worker-grace-ms=0');
  const idle = await startTestWorker(own.backend, '--type=late', `--handler=${handlers}`);
  const busy = await startTestWorker(own.backend, '--type=parts', `--handler=${handlers}`);
  const call = ['--type', 'parts', '--timeout-ms', '3000', 'x'];
  t.is((await run('client', [`--broker=${own.frontend}`, ...call])).code, 0);
  own.program.kill('SIGKILL');
  await Promise.all([idle.line('stderr', /ended, waiting/), busy.line('stderr', /ended, waiting/)]);
  idle.kill('SIGTERM');
  busy.kill('SIGTERM');
  // Whether what it did counts, nobody can say any more: only that it ends, without a signal.
  for (const each of [idle, busy]) t.is((await each.ended).signal, null);
});

test.serial(
  '--processes starts so many workers, starts a killed one again, and drains them all',
  async (t) => {
    const args = ['--type=pid', `--handler=${handlers}`, '--processes=2', '--json'];
    const parent = new Program('worker', [`--broker=${broker.backend}`, ...args]);
    await waitUntil(() => readyPids(parent).length === 2);
    const [killed = 0] = readyPids(parent);
    process.kill(killed, 'SIGKILL');
    await waitUntil(() => readyPids(parent).length === 3);
    t.regex(parent.stderr, new RegExp(`worker process ${killed} ended by SIGKILL`));
    const living = readyPids(parent).filter((pid) => pid !== killed);
    t.true(living.includes(Number((await client(['--type', 'pid', 'x'])).stdout)));
    parent.kill('SIGTERM');
    t.is((await parent.ended).code, 0);
    t.deepEqual(living.filter(isRunning), []);
  },
);

test.serial('children drain by themselves when their parent is killed', async (t) => {
  const args = ['--type=pid', `--handler=${handlers}`, '--processes=2', '--json'];
  const parent = new Program('worker', [`--broker=${broker.backend}`, ...args]);
  await waitUntil(() => readyPids(parent).length === 2);
  const pids = readyPids(parent);
  parent.kill('SIGKILL');
  await waitUntil(() => !pids.some(isRunning));
  t.is(pids.length, 2);
});

test.serial('the types A, B and C come along', async (t) => {
  const own = await startTestWorker(broker.backend, '--type=A', '--type=B', '--type=C');
  for (const type of ['A', 'B', 'C']) {
    const { code, stdout } = await client(['--type', type, 'three short words']);
    t.is(code, 0);
    t.true(stdout.length > 1);
  }
  own.kill('SIGTERM');
  t.is((await own.ended).code, 0);
});

test.serial(
  'the demo runs on free ports, reports, brings a killed worker back, and ends on SIGTERM',
  async (t) => {
    const { frontend, backend, http } = broker;
    const taken = ['--frontend', frontend, '--backend', backend, '--http', http];
    const demo = new Program('latido', ['demo', ...taken, '--restart-ms', '100']);
    const [, pid = ''] = /kill -9 (\d+)/.exec(await demo.line('stdout', /kill -9/)) ?? [];
    t.is(demo.stdout.match(/is in use: taking a free port instead/g)?.length, 3);
    await demo.line('stdout', /jobs\/s.*8 workers alive/);
    process.kill(Number(pid), 'SIGKILL');
    await demo.line('stdout', /A1 is back \(pid \d+\)/);
    demo.kill('SIGTERM');
    const { code, stdout, stderr } = await demo.ended;
    t.is(stderr, '');
    t.notRegex(stdout, /failed/);
    t.is(code, 0);
  },
);

test.serial('a worker of the demo that is killed while it starts comes back, too', async (t) => {
  const free = 'tcp://127.0.0.1:*';
  const addresses = { frontend: free, backend: free, http: '127.0.0.1:0' };
  const data = mkdtempSync(join(tmpdir(), 'latido-test-'));
  const said: string[] = [];
  const settings = { addresses, data, chaos: false, restartMs: 50 };
  const demo = new DemoCluster(settings, (text) => said.push(text));
  t.teardown(async () => {
    await demo.stop();
    rmSync(data, { recursive: true });
  });
  await demo.start();
  const pid = () => demo.processes.get('B1')!;
  const first = pid();
  process.kill(first, 'SIGKILL');
  await waitUntil(() => pid() !== first);
  process.kill(pid(), 'SIGKILL');
  await waitUntil(() => said.some((text) => /^B1: .* before it was ready/.test(text)));
  await waitUntil(() => said.includes(`B1 is back (pid ${pid()})`));
  t.pass();
});

test.serial('bench measures three figures and ends', async (t) => {
  const { code, stdout } = await run('latido', ['bench', '--seconds', '1', '--json']);
  const figures = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.deepEqual(
    figures.map((figure) => figure.inFlight),
    [1, 64, 1024],
  );
  t.true(figures.every((figure) => figure.jobsPerSecond > 0 && figure.failed === 0));
  t.is(code, 0);
});

function readyPids(program: Program): number[] {
  const lines = program.stdout.split('\n').filter((line) => line.includes('"ready"'));
  return lines.map((line) => JSON.parse(line).pid);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('what a job says of itself does nothing to a terminal', (t) => {
  const lost = {
    attempt: 1,
    worker: 'w\u001b[2J',
    at: '2030-01-01T00:00:00.000Z',
    cause: 'failed',
  };
  const message = 'two\nlines \u001b]0;title\u0007 and \u202e';
  const line = { id: 'j', type: 'A', endedAt: lost.at, attempts: 1, lost: { ...lost, message } };
  const text = deadText([line as JobLine]);
  t.is(text.split('\n').length, 3);
  t.notRegex(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
});
