import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { table } from '../src/cli/table.ts';
import { run } from './support/programs.ts';

test('columns of a table stand below one another, also where signs are wide', (t) => {
  const rows = table(
    ['type', 'n'],
    [
      ['作業班', 1],
      ['e\u0301tude', 20],
    ],
    new Set(['n']),
  );
  t.deepEqual(rows, ['type     n', '作業班   1', 'e\u0301tude   20']);
});

test('what answers with JSON and is no broker is said to be none', async (t) => {
  const other = createServer((_, answer) => answer.end('{}')).listen(0, '127.0.0.1');
  t.teardown(() => other.close());
  await once(other, 'listening');
  const http = `--http=127.0.0.1:${(other.address() as AddressInfo).port}`;
  for (const words of ['status', 'types list', 'workers list', 'workers show a1']) {
    const { code, stderr } = await run('latido', [...words.split(' '), http]);
    t.regex(stderr, /^latido: no broker answers at .* no broker of this version\): start .*\n$/);
    t.is(code, 1);
  }
});
