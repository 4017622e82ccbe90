import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { Flag, Level, Tag } from '../src/wire/verbs.ts';
import { FakeBroker, type Heard, type Said, u32 } from './support/fake-broker.ts';
import {
  freePort,
  Program,
  run,
  startTestBroker,
  startTestWorker,
  type TestBroker,
} from './support/programs.ts';

const handlers = fileURLToPath(new URL('./support/handlers.ts', import.meta.url));
let broker: TestBroker;
let worker: Program;

test.before(async () => {
  broker = await startTestBroker();
  const types = ['upper', 'lines', 'fails', 'late', 'parts', 'large', 'other'].map(
    (name) => `--type=${name}`,
  );
  worker = await startTestWorker(broker.backend, ...types, `--handler=${handlers}`, '--capacity=8');
});

test.after.always(() => {
  worker?.kill('SIGKILL');
  broker?.program.kill('SIGKILL');
});

const client = (args: string[], input: string | null = '') =>
  run('client', [`--broker=${broker.frontend}`, ...args], input);

test.serial('a client with a body prints the answer and nothing else', async (t) => {
  const { code, stdout, stderr } = await client(['--type', 'upper', 'hello']);
  t.is(stderr, '');
  t.is(stdout, 'HELLO\n');
  t.is(code, 0);
});

test.serial('a body may look like a flag behind --, and there is one body', async (t) => {
  t.is((await client(['--type', 'upper', '--', '--x'])).stdout, '--X\n');
  t.is((await client(['--type', 'upper', ''], 'not read')).stdout, '\n');
  for (const bodies of [
    ['a', 'b'],
    ['a', '--', 'b'],
  ]) {
    const { code, stderr } = await client(['--type', 'upper', ...bodies]);
    t.regex(stderr, /unknown .*b/);
    t.is(code, 2);
  }
});

test.serial('a module serves a type by the export of its name, else by its default', async (t) => {
  t.is((await client(['--type', 'other', 'x'])).stdout, 'default of other\n');
});

test.serial(
  'each line of stdin is a job, empty ones too, and answers keep the order of the lines',
  async (t) => {
    const { code, stdout } = await client(['--type', 'late'], '300\n1\n\n200');
    t.is(stdout, '300\n1\n\n200\n');
    t.is(code, 0);
  },
);

test.serial('lines are handed in no further ahead than --concurrency', async (t) => {
  const input = Array.from({ length: 50 }, (_, i) => `line ${i}\n`).join('');
  const { stdout } = await client(['--type', 'upper', '--concurrency', '3'], input);
  t.is(stdout, input.toUpperCase());
});

test.serial(
  'a failed line becomes an error in its place, and the client ends with 1',
  async (t) => {
    const { code, stdout } = await client(['--type', 'fails'], 'a\nb\n');
    const [first = '', second = ''] = stdout.split('\n');
    t.is(JSON.parse(first).error.message, 'no such picture');
    t.is(JSON.parse(second).error.code, 'FAILED');
    t.is(code, 1);
  },
);

test.serial('an answer with line breaks stays one line when lines are jobs', async (t) => {
  t.is((await client(['--type', 'lines'], 'x\n')).stdout, '"two\\nlines"\n');
  t.is((await client(['--type', 'lines', 'x'])).stdout, 'two\nlines\n');
});

test.serial('a large answer is whole in a pipe that is read slowly', async (t) => {
  const size = 5_000_000;
  const path = fileURLToPath(new URL('../src/cli/client.ts', import.meta.url));
  const written = (...args: string[]) => {
    const slowly = ['-c', '"$@" | (sleep 0.5; wc -c)', 'sh', process.execPath, path, ...args];
    const child = spawn('sh', [...slowly, `--broker=${broker.frontend}`]);
    child.stdin.end(`${size}\n`);
    return text(child.stdout).then(Number);
  };
  const type = '--type=large';
  const inJson = JSON.stringify({ answer: '', attempts: 1 }).length;
  const submit = ['submit', type, '--level=memory', '--id=large-1', `${size}`];
  await run('client', [...submit, `--broker=${broker.frontend}`]);
  t.deepEqual(
    [
      await written(type, `${size}`),
      await written(type),
      await written('answer', 'large-1'),
      await written('answer', 'large-1', '--json'),
    ],
    [size, size, size, size + inJson].map((bytes) => bytes + 1),
  );
});

test.serial('a failed job is a sentence on stderr and ends with 1', async (t) => {
  const { code, stdout, stderr } = await client(['--type', 'fails', 'x']);
  t.is(stderr, 'client: no such picture\n');
  t.is(stdout, '');
  t.is(code, 1);
});

test.serial('--parts prints parts before the answer, and progress on stderr', async (t) => {
  const { stdout, stderr } = await client(['--type', 'parts', '--parts', 'x']);
  t.is(stdout, 'one\ntwo\nend\n');
  t.is(stderr, '50 % half\n');
  t.is((await client(['--type', 'parts', 'x'])).stdout, 'end\n');
});

test.serial('--json wraps answer and parts', async (t) => {
  const { stdout } = await client(['--type', 'upper', '--json', 'x']);
  t.deepEqual(JSON.parse(stdout), { answer: 'X', attempts: 1 });
});

test.serial('a load prints its figures', async (t) => {
  const args = ['--type', 'upper', '--count', '500', '--concurrency', '32', '--json'];
  const { code, stdout } = await client(args);
  const figures = JSON.parse(stdout);
  t.like(figures, { jobs: 500, answered: 500, failed: 0, refused: 0 });
  t.true(figures.jobsPerSecond > 0 && figures.p50Ms <= figures.p99Ms);
  t.true(figures.p99Ms <= figures.maxMs);
  t.is(code, 0);
  const people = await client(['--type', 'upper', '--count', '10', '--size', '1000']);
  t.regex(people.stdout, /^10 jobs in .* 10 answered, 0 failed, 0 refused; .* jobs\/s; p50 /);
});

test.serial('a load with failures counts them and ends with 1', async (t) => {
  const { code, stdout } = await client(['--type', 'fails', '--count', '20', '--json']);
  t.like(JSON.parse(stdout), { jobs: 20, answered: 0, failed: 20 });
  t.is(code, 1);
});

test.serial('a job that nobody takes ends EXPIRED after --timeout-ms', async (t) => {
  const { code, stderr } = await client(['--type', 'nobody', '--timeout-ms', '200', 'x']);
  t.regex(stderr, /^client: .*\n$/);
  t.is(code, 1);
});

test.serial('a client without a broker says so after --connect-timeout-ms', async (t) => {
  const nowhere = [
    '--broker',
    `tcp://127.0.0.1:${await freePort()}`,
    '--connect-timeout-ms',
    '200',
  ];
  const { code, stdout, stderr } = await run('client', [...nowhere, '--type', 'A', 'x']);
  t.regex(stderr, /^client: no broker answered at tcp:\/\/127\.0\.0\.1:\d+ in 200 ms\n$/);
  t.is(stdout, '');
  t.is(code, 1);
});

test.serial('a reader that leaves early ends the client quietly', async (t) => {
  const lines = 'x\n'.repeat(20_000);
  const program = new Program('client', [`--broker=${broker.frontend}`, '--type=upper'], lines);
  await program.line('stdout', /X/);
  program.child.stdout?.destroy();
  const { code, stderr } = await program.ended;
  t.is(stderr, '');
  t.is(code, 0);
});

test.serial('a flag wins over the environment, the environment over the default', async (t) => {
  const path = fileURLToPath(new URL('../src/cli/client.ts', import.meta.url));
  const env = { ...process.env, LATIDO_FRONTEND: broker.frontend, LATIDO_TYPE: 'lines' };
  const child = spawn(process.execPath, [path, '--type', 'upper', 'x'], { env });
  child.stdin.end();
  t.is(await text(child.stdout), 'X\n');
});

const SESSION = 7;
const welcome: Said = { verb: 'WELCOME', a: 5, b: 250, body: u32(100_000) };

/** A client with a broker that says what the test has it say. */
async function withFake(args: string[], input: string | null = '') {
  const fake = await FakeBroker.open();
  const ended = run('client', [...args, `--broker=${fake.address}`], input);
  await fake.next('HELLO');
  await fake.say(SESSION, 0, welcome);
  return { fake, ended };
}

const idOf = ({ options }: Heard) => options.get(Tag.ID)!.toString();

test.serial(
  'client submit hands in a job with what was said of it, and prints its id',
  async (t) => {
    const said = ['--type=A', '--id=order-1', '--delay-ms=500', '--attempts-max=2', '--key=k'];
    const backoff = ['--backoff=fixed', '--backoff-ms=50', '--deadline=2030-01-02T03:04:05Z'];
    const { fake, ended } = await withFake(['submit', ...said, ...backoff, 'hello']);
    const { record } = await fake.next('SUBMIT');
    const { options, body, a } = record;
    t.deepEqual([idOf(record), body], ['order-1', 'hello']);
    t.deepEqual(options.get(Tag.LEVEL), Buffer.from([Level.DISK]));
    t.true(options.get(Tag.DELAY)!.readUInt32LE() <= 500);
    t.is(options.get(Tag.ATTEMPTS)!.readUInt16LE(), 2);
    t.is(options.get(Tag.KEY)!.toString(), 'k');
    t.deepEqual([...options.get(Tag.BACKOFF)!].slice(0, 6), [0, 20, 50, 0, 0, 0]);
    const deadline = options.get(Tag.DEADLINE)!.readBigUInt64LE();
    t.is(new Date(Number(deadline)).toISOString(), '2030-01-02T03:04:05.000Z');
    await fake.say(SESSION, 0, { verb: 'ACCEPT', a, status: Level.DISK });
    t.like(await ended, { code: 0, stdout: 'order-1\n', stderr: '' });
    fake.close();
  },
);

test.serial('client submit takes a job a line, and prints their ids in that order', async (t) => {
  const { fake, ended } = await withFake(['submit', '--type=A', '--json'], 'one\ntwo\n');
  const first = (await fake.next('SUBMIT')).record;
  const second = (await fake.next('SUBMIT')).record;
  t.deepEqual([first.body, second.body], ['one', 'two']);
  await fake.say(SESSION, 0, { verb: 'REFUSE', a: second.a, b: 9, body: 'full' });
  await fake.say(SESSION, 0, { verb: 'ACCEPT', a: first.a, status: Level.DISK });
  const { code, stdout } = await ended;
  const lines = stdout.trimEnd().split('\n');
  t.deepEqual(
    lines.map((line) => JSON.parse(line)),
    [{ id: idOf(first), level: 'disk' }, { error: { code: 'DISK_FULL', message: 'full' } }],
  );
  t.is(code, 1);
  fake.close();
});

test.serial('client answer prints the answer of a job, client cancel nothing', async (t) => {
  const { fake, ended } = await withFake(['answer', 'order-1', '--timeout-ms=5000']);
  const { record } = await fake.next('ATTACH');
  t.is(idOf(record), 'order-1');
  const flags = Flag.KEPT;
  await fake.say(SESSION, 0, { verb: 'ANSWER', flags, a: record.a, b: 1, body: 'done' });
  t.like(await ended, { code: 0, stdout: 'done\n', stderr: '' });
  fake.close();
  const second = await withFake(['cancel', 'order-1']);
  const { a } = (await second.fake.next('REVOKE')).record;
  await second.fake.say(SESSION, 0, { verb: 'REFUSE', a, b: 13, body: 'It has ended.' });
  t.like(await second.ended, { code: 1, stdout: '', stderr: 'client: It has ended.\n' });
  second.fake.close();
});

test.serial('--durable has one job, lines and loads done at level disk', async (t) => {
  for (const args of [['x'], ['--count=1'], []]) {
    const { fake, ended } = await withFake(['--type=A', '--durable', ...args], 'line\n');
    const { record } = await fake.next('SUBMIT');
    t.deepEqual(record.options.get(Tag.LEVEL), Buffer.from([Level.DISK]));
    t.true(record.options.has(Tag.FOLLOW));
    const flags = Flag.KEPT;
    await fake.say(SESSION, 0, { verb: 'ANSWER', flags, a: record.a, b: 1, body: 'y' });
    t.is((await ended).code, 0);
    fake.close();
  }
});

test.serial('a sub-command is the first word: a body may be called so', async (t) => {
  t.is((await client(['--type', 'upper', 'submit'])).stdout, 'SUBMIT\n');
  const cases: [string[], RegExp][] = [
    [['answer'], /an id is required/],
    [['cancel', 'a', 'b'], /unknown .*b/],
    [['submit', 'x'], /'--type' is required/],
    [['submit', '--type=A', '--id=@mine', 'x'], /'--id' must be .*, got '@mine'/],
    [['submit', '--type=A', '--id=a'], /'--id' is for one job/],
    [['submit', '--type=A', '--at=2030-02-31T99:00', 'x'], /'--at' must be a time/],
    [['submit', '--type=A', '--at=soon', 'x'], /'--at' must be a time like .*, got 'soon'/],
    [['submit', '--type=A', '--backoff=fixed', 'x'], /'--backoff' needs --backoff-ms/],
  ];
  for (const [args, sentence] of cases) {
    const { code, stdout, stderr } = await run('client', args);
    t.regex(stderr, sentence);
    t.deepEqual([code, stdout], [2, '']);
  }
});

test.serial(
  'sub-commands have a help that ends with an example, as commands of latido too',
  async (t) => {
    for (const name of ['submit', 'answer', 'cancel']) {
      const { code, stdout } = await run('latido', ['client', name, '--help']);
      t.regex(stdout, new RegExp(`^latido client ${name} \\[`));
      t.regex(stdout, /\nExamples:\n(?: {2}.*\n?)+\n?$/);
      t.is(code, 0);
    }
  },
);
