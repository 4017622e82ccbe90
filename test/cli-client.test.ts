import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test from 'ava';
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
  const types = ['upper', 'lines', 'fails', 'late', 'parts', 'other'].map(
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
