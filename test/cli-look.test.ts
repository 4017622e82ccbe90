import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
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

/** An HTTP side that answers everything with the same; its address as an option. */
async function httpSide(t: ExecutionContext, answered: object): Promise<string> {
  const server = createServer((_, answer) => answer.end(JSON.stringify(answered)));
  server.listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await once(server, 'listening');
  return `--http=127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('what answers with JSON and is no broker is said to be none', async (t) => {
  const http = await httpSide(t, {});
  const lists = ['status', 'types list', 'workers list', 'jobs list', 'dead list', 'jobs recent'];
  for (const words of [...lists, 'workers show a1', 'jobs show j1']) {
    const { code, stderr } = await run('latido', [...words.split(' '), http]);
    t.regex(stderr, /^latido: no broker answers at .* no broker of this version\): start .*\n$/);
    t.is(code, 1);
  }
});

const withFullDisk = existsSync('/dev/full') ? test : test.skip;

withFullDisk('a full disk behind stdout is a sentence, and a failure', async (t) => {
  const http = await httpSide(t, { types: [], workers: [] });
  const command = `"${process.execPath}" src/cli/latido.ts status --json ${http} > /dev/full`;
  const shell = spawn('sh', ['-c', command], { stdio: ['ignore', 'ignore', 'pipe'] });
  const [said, [code]] = await Promise.all([text(shell.stderr), once(shell, 'exit')]);
  t.is(said, '{"level":"error","code":"FAILED","text":"ENOSPC: no space left on device, write"}\n');
  t.is(code, 1);
});
