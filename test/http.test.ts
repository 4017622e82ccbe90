import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { startHttp } from '../src/broker/http/http.ts';
import type { LatidoError } from '../src/errors.ts';
import type { Status } from '../src/view/status.ts';
import { ShownBroker, shown } from './support/shown-broker.ts';

test('status has types and workers by name, and at most 2,000 workers', async (t) => {
  const broker = await shown(t);
  const worker = broker.worker('w1', ['B', 'A']);
  broker.submit('A', 5);
  broker.answer(worker);
  broker.pass(2500);
  for (let i = 0; i < 2009; i++) broker.worker(`w${i + 2}`, ['C']);
  const status = (await (await fetch(`${broker.url}/api/status`)).json()) as Status;
  const { types, workers, ...rest } = status;
  const held = { waiting: 0, dispatched: 4, heldBytes: 0, workersUnlisted: 10 };
  const self = { name: 'shown', version: '1.2.3', epoch: 7, uptimeSeconds: 2.5, clients: 1 };
  t.deepEqual(rest, { ...self, ...held, state: 'serving' });
  t.deepEqual(
    types.map(({ name, dispatched, answered }) => [name, dispatched, answered]),
    [
      ['A', 4, 1],
      ['B', 0, 0],
      ['C', 0, 0],
    ],
  );
  t.is(workers.length, 2000);
  const { name, state, types: served, load, inflight, done } = workers[0]!;
  t.deepEqual([name, state, served, inflight, done], ['w1', 'stalled', ['B', 'A'], 4, 1]);
  t.is(load, 0);
});

test('health is 200 while the process turns, readiness only while jobs are taken', async (t) => {
  const broker = await shown(t);
  const status = async (path: string) => (await fetch(`${broker.url}${path}`)).status;
  t.deepEqual([await status('/healthz'), await status('/readyz')], [200, 200]);
  broker.isReady = false;
  t.deepEqual([await status('/healthz'), await status('/readyz')], [200, 503]);
});

test('what is not there, not read or not asked for by a name of this machine is refused in JSON', async (t) => {
  const broker = await shown(t);
  const told = async (path: string, options: object = {}) => {
    const answer = await fetch(`${broker.url}${path}`, options);
    return [answer.status, ((await answer.json()) as { error: { code: string } }).error.code];
  };
  t.deepEqual(await told('/nothing?here'), [404, 'NOT_FOUND']);
  t.deepEqual(await told('/api/status', { method: 'DELETE' }), [405, 'METHOD_REFUSED']);
  const large = { method: 'POST', body: 'x'.repeat(100_000) };
  t.deepEqual(await told('/metrics', large), [405, 'METHOD_REFUSED']);
  t.is((await fetch(`${broker.url}/healthz`, { method: 'HEAD' })).status, 200);
  t.is(await statusAs(broker.url, 'evil.example:80'), 403);
  t.is(await statusAs(broker.url, 'localhost:9464'), 200);
  t.is(await statusAs(broker.url, '[::1]:9464'), 200);
});

test('a path that cannot be and a file that is not there are refused in the same words', async (t) => {
  const broker = await shown(t);
  const asked = async (path: string) => {
    const answer = await fetch(`${broker.url}${path}`);
    return [answer.status, ((await answer.json()) as { error: { code: string } }).error.code];
  };
  t.deepEqual(await asked('/web/clients/web/no-such.css'), [404, 'NOT_FOUND']);
  t.deepEqual(await asked('/web/clients/web/no-such.js'), [404, 'NOT_FOUND']);
  t.deepEqual(await asked('/api/%'), [400, 'MALFORMED']);
});

test('a file of the console travels small, and not again to whoever has it', async (t) => {
  const { url } = await shown(t);
  const file = `${url}/web/clients/web/console/console.css`;
  const [plain, small] = [await asked(file), await asked(file, { 'accept-encoding': 'br, gzip' })];
  t.is(small.headers['content-encoding'], 'gzip');
  t.true(small.body.length < plain.body.length / 2);
  t.deepEqual(gunzipSync(small.body), plain.body);
  const again = await asked(file, { 'if-none-match': `"other", ${plain.headers.etag}` });
  t.deepEqual([again.status, again.body.length], [304, 0]);
  t.is((await asked(file, { 'if-none-match': '"other"' })).status, 200);
});

test('a page of another site gets nothing, not even a stream that it cannot read; a link on it leads here', async (t) => {
  const { url } = await shown(t);
  const from = { 'sec-fetch-site': 'cross-site' };
  t.is((await asked(`${url}/api/live`, { ...from, 'sec-fetch-mode': 'no-cors' })).status, 403);
  t.is((await asked(url, { ...from, 'sec-fetch-mode': 'navigate' })).status, 200);
});

test('garbage is answered 400, and the next who asks is served', async (t) => {
  const broker = await shown(t);
  const socket = connect(Number(broker.http!.address.split(':')[1]), '127.0.0.1');
  socket.write(Buffer.from('LTD\x01\x00\x00 not http\r\n\r\n'));
  const [bytes] = await once(socket, 'data');
  t.regex(String(bytes), /^HTTP\/1.1 400/);
  socket.destroy();
  t.is((await fetch(`${broker.url}/healthz`)).status, 200);
});

test('an address in use is said in a sentence, and so is one that is not of this machine', async (t) => {
  const broker = await shown(t);
  const { address } = broker.http!;
  const used = await t.throwsAsync<LatidoError>(startHttp(address, broker, () => 0));
  t.is(used.code, 'ADDRESS_IN_USE');
  t.is(used.message, `another program listens on ${address}`);
  const foreign = await t.throwsAsync<LatidoError>(startHttp('192.0.2.1:80', broker, () => 0));
  t.is(foreign.code, 'OPTION_INVALID');
  t.is(foreign.message, "option 'http' cannot be 192.0.2.1:80 here (EADDRNOTAVAIL)");
});

test('close ends all connections at once, those in the middle of a question too', async (t) => {
  const broker = await new ShownBroker().serve();
  const port = Number(broker.http!.address.split(':')[1]);
  const kept = connect(port, '127.0.0.1');
  const asking = connect(port, '127.0.0.1');
  // Its end is a reset, which is as good as any.
  asking.on('error', () => {});
  asking.write('GET /healthz HTTP/1.1\r\n');
  kept.write('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  await once(kept, 'data');
  const from = performance.now();
  const closed = [kept, asking].map((socket) => new Promise((done) => socket.on('close', done)));
  await broker.http!.close();
  await Promise.all(closed);
  t.true(performance.now() - from < 1000);
});

/** The status of /healthz when it is asked for under that name. */
async function statusAs(url: string, host: string): Promise<number | undefined> {
  const asking = request(`${url}/healthz`, { headers: { host } }).end();
  const [answer] = await once(asking, 'response');
  answer.resume();
  return answer.statusCode;
}

/** Asks with just these headers. */
async function asked(url: string, headers: Record<string, string> = {}) {
  const asking = request(url, { headers }).end();
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, body: await buffer(answer) };
}
