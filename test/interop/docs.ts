/** The examples of docs/dialects.md run: in Python, Node and C, all with one broker. Run by `npm run test:interop`. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { Dialects } from '../support/dialect-peers.ts';
import { Foreign, python } from '../support/dialect-peers-python.ts';
import { until } from '../support/poll.ts';

const COMPILER = 'gcc';

interface Example {
  readonly language: string;
  readonly role: string;
  readonly text: string;
}

const page = fileURLToPath(new URL('../../docs/dialects.md', import.meta.url));
const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
const canRun: Record<string, boolean> = {
  js: true,
  python: python !== null,
  c: existsSync('/usr/include/zmq.h') && spawnSync(COMPILER, ['--version']).status === 0,
};
const missing = Object.keys(canRun).filter((language) => !canRun[language]);
if (missing.length > 0)
  console.log(`skipped: examples in ${missing}; install python3-zmq, gcc and libzmq3-dev`);

test('the examples of docs/dialects.md do what their comments say', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'latido-examples-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(modules, join(folder, 'node_modules'));
  const { cluster } = await Dialects.start(t, '--memory=false', `--data=${join(folder, 'data')}`);
  const all = examples();
  t.true(all.length >= 8);
  const files = all.map((example, n) => fileOf(example, join(folder, `example${n}`)));
  const start = (at: number) => new Foreign(t, ...commandOf(all[at]!, files[at]!));
  const having = (role: string) =>
    [...all.keys()].filter((at) => all[at]!.role === role && canRun[all[at]!.language]);
  const workers = having('worker').map(start);
  await until('all workers join', async () => {
    return (await cluster.status()).workers.length === workers.length;
  });
  for (const at of having('client')) {
    const said = /(?:#|\/\/|\/\*) ([^*\n]+?)(?: \*\/)?$/gm;
    const comments = [...all[at]!.text.matchAll(said)].map(([, comment]) => comment);
    const isServed = canRun.c || !all[at]!.text.includes('reverse');
    if (!isServed || (!canRun.python && all[at]!.text.includes('echo'))) continue;
    const [line] = await start(at).done();
    t.true(comments.includes(line), `${line} in ${comments}`);
  }

  /** Its source, for this broker. */
  function fileOf({ language, text }: Example, name: string): string {
    const file = `${name}.${{ js: 'mjs', python: 'py' }[language] ?? language}`;
    const addressed = text
      .replace('tcp://127.0.0.1:9998', cluster.frontend)
      .replace('tcp://127.0.0.1:9999', cluster.backend);
    writeFileSync(file, addressed);
    return file;
  }
});

function commandOf({ language }: Example, file: string): [string, string[]] {
  if (language === 'js') return [process.execPath, [file]];
  if (language === 'python') return [python!, ['-u', file]];
  const built = spawnSync(COMPILER, ['-Wall', '-Werror', '-o', `${file}.run`, file, '-lzmq']);
  if (built.status !== 0) throw new Error(built.stderr.toString());
  return [`${file}.run`, []];
}

function examples(): Example[] {
  const blocks = readFileSync(page, 'utf8').matchAll(/```(\w+) run=(\w+)\n([\s\S]*?)```/g);
  return [...blocks].map(([, language, role, text]) => ({
    language: language!,
    role: role!,
    text: text!,
  }));
}
