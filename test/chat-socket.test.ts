/** The WebSocket of the pages, as a program on the other side sees it. */

import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { type ChatSocketEvents, ChatSockets } from '../src/broker/http/chat-sockets.ts';
import { startHttp } from '../src/broker/http/http.ts';
import { until } from './support/poll.ts';
import { startTestBroker, type TestBroker } from './support/programs.ts';
import { ShownBroker } from './support/shown-broker.ts';

const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': Buffer.alloc(16, 1).toString('base64'),
};

/** `{}` as a frame that a client may send. */
const MASKED_ORDER = Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x7b, 0x7d]);

test('the first order says who it is; nothing else is done before', async (t) => {
  const { http } = await started(t);
  const socket = await opened(http);
  for (const text of ['', 'nothing', '[]', 'null', '{"n":1,"do":"rooms"}', enter('short')]) {
    socket.send(text);
    const [{ data }] = (await once(socket, 'message')) as [MessageEvent];
    t.like(JSON.parse(data), { re: 0, error: 'CHAT_FIRST' }, text);
  }
  t.is(await dropped(http, 'chat-first'), 6);
  socket.send(enter('a'.repeat(32)));
  await until('the broker counts it', async () => (await statusOf(http)).clients === 1);
  socket.close();
});

test('a page of another site gets no socket, and one of this broker does', async (t) => {
  const { http, program } = await started(t);
  t.is(await answerTo(http, { origin: 'http://evil.example' }), 403);
  t.is(await answerTo(http, { origin: 'null' }), 403);
  t.is(await answerTo(http, { origin: `http://${http}`, host: 'evil.example' }), 403);
  t.is(await answerTo(http, { origin: `http://${http}` }), 101);
  t.is(await answerTo(http, {}), 101);
  program.kill('SIGTERM');
  t.is((await program.ended).code, 0, 'no connection is left that it waits for');
});

test('what is too large or binary ends the connection, and no other', async (t) => {
  const { http } = await started(t);
  const other = await opened(http);
  const large = await opened(http);
  large.send('x'.repeat(64 * 1024 + 1));
  const [tooLarge] = (await once(large, 'close')) as [CloseEvent];
  t.is(tooLarge.code, 1009);
  const binary = await opened(http);
  binary.send(new Uint8Array(10));
  const [unsupported] = (await once(binary, 'close')) as [CloseEvent];
  t.is(unsupported.code, 1003);
  other.send('{}');
  await once(other, 'message');
  other.close();
});

test('a flood of garbage from many pages ends nothing', async (t) => {
  const broker = await started(t);
  const sockets = await Promise.all(Array.from({ length: 20 }, () => opened(broker.http)));
  for (const [index, socket] of sockets.entries()) {
    socket.send(enter(index.toString(16).padStart(32, '0')));
    for (let i = 0; i < 200; i++) socket.send(garbage(i));
  }
  const raw = await upgraded(broker.http);
  raw.write(Buffer.alloc(100_000, 0xff));
  const last = sockets.at(-1)!;
  await until('it answers', async () => (await statusOf(broker.http)).state === 'serving');
  for (const socket of sockets) socket.close();
  await once(last, 'close');
  raw.destroy();
  await until('all have left', async () => (await statusOf(broker.http)).clients === 0);
  t.is(broker.program.child.exitCode, null);
});

test('the broker says goodbye to pages when it stops', async (t) => {
  const broker = await started(t);
  const socket = await opened(broker.http);
  const silent = await upgraded(broker.http);
  broker.program.kill('SIGTERM');
  const [{ code }] = (await once(socket, 'close')) as [CloseEvent];
  t.is(code, 1001);
  t.is((await broker.program.ended).code, 0);
  silent.destroy();
});

test('a page that does not read is given up, and no other waits for it', async (t) => {
  const served = await servedSockets(t);
  const frozen = await upgraded(served.http);
  frozen.pause();
  frozen.write(MASKED_ORDER);
  await until('the first is there', () => served.ids.length === 1);
  const reader = await opened(served.http);
  reader.send('{}');
  await until('both are there', () => served.ids.length === 2);
  const [slow, quick] = served.ids as [Buffer, Buffer];
  const news = Buffer.from(
    JSON.stringify({ event: 'notice', code: 'X', text: 'x'.repeat(60_000) }),
  );
  let heard = 0;
  reader.addEventListener('message', () => heard++);
  for (let i = 1; served.slow.length === 0; i++) {
    served.sockets.send(slow, [news]);
    served.sockets.send(quick, [news]);
    await until('who reads has it', () => heard === i);
  }
  t.deepEqual(served.slow, [slow]);
  await until('it is gone', () => served.ended.length === 1);
  t.is(reader.readyState, reader.OPEN);
});

test('there are at most so many pages, and those that are there keep their place', async (t) => {
  const served = await servedSockets(t, 2);
  const [one, two, three] = [
    await opened(served.http),
    await opened(served.http),
    await opened(served.http),
  ];
  const [{ code }] = (await once(three, 'close')) as [CloseEvent];
  t.is(code, 1013);
  t.deepEqual([one.readyState, two.readyState], [1, 1]);
  one.close();
  await until('a place is free', () => served.ended.length === 1);
  const four = await opened(served.http);
  four.send('{}');
  await until('it is heard', () => served.ids.length === 1);
  t.is(four.readyState, 1);
});

async function started(t: ExecutionContext): Promise<TestBroker> {
  const broker = await startTestBroker();
  t.teardown(async () => {
    broker.program.kill('SIGKILL');
    await broker.program.ended;
  });
  return broker;
}

interface Served {
  readonly http: string;
  readonly sockets: ChatSockets;
  readonly ids: Buffer[];
  readonly ended: Buffer[];
  readonly slow: Buffer[];
}

/** The sockets without a broker behind them. */
async function servedSockets(t: ExecutionContext, most = 100): Promise<Served> {
  const known = { ids: [] as Buffer[], ended: [] as Buffer[], slow: [] as Buffer[] };
  const events: ChatSocketEvents = {
    message: (id) => void known.ids.push(Buffer.from(id)),
    ended: (id) => void known.ended.push(Buffer.from(id)),
    slow: (id) => void known.slow.push(Buffer.from(id)),
  };
  const sockets = new ChatSockets(events, most);
  const http = await startHttp('127.0.0.1:0', new ShownBroker(), () => 0, null, sockets);
  t.teardown(() => http.close());
  return { http: http.address, sockets, ...known };
}

function enter(instance: string): string {
  return JSON.stringify({
    n: 0,
    do: 'enter',
    instance,
    nick: `n${instance.slice(-4)}`,
    key: '',
    rooms: [],
    mail: 0,
  });
}

function garbage(i: number): string {
  const some = [
    '{"n":',
    '[[[[',
    '{"n":1e99,"do":"say"}',
    '{"do":"enter"}',
    `{"n":${i},"do":"nothing"}`,
  ];
  const more = ['{"n":2,"do":"say","room":7,"text":{}}', '"\\ud800"', `{"n":${-i},"do":"join"}`];
  return [...some, ...more][i % 8]!;
}

async function opened(http: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://${http}/chat/socket`);
  await once(socket, 'open');
  return socket;
}

/** The status of the answer to a request for a socket. */
function answerTo(http: string, headers: Record<string, string>): Promise<number> {
  const asked = request(`http://${http}/chat/socket`, { headers: { ...UPGRADE, ...headers } });
  asked.end();
  return new Promise((resolve, reject) => {
    asked.on('error', reject);
    asked.on('response', (answer) => resolve(answer.resume().statusCode!));
    asked.on('upgrade', (answer, socket) => {
      socket.destroy();
      resolve(answer.statusCode!);
    });
  });
}

/** A connection whose bytes nobody looks at. */
async function upgraded(http: string): Promise<Socket> {
  const { hostname, port } = new URL(`http://${http}`);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  const headers = Object.entries({ host: http, ...UPGRADE }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  socket.write(`GET /chat/socket HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
  await once(socket, 'data');
  return socket;
}

async function statusOf(http: string): Promise<{ clients: number; state: string }> {
  return (await (await fetch(`http://${http}/api/status`)).json()) as {
    clients: number;
    state: string;
  };
}

async function dropped(http: string, reason: string): Promise<number> {
  const text = await (await fetch(`http://${http}/metrics`)).text();
  return Number(new RegExp(`latido_drops_total\\{reason="${reason}"\\} (\\d+)`).exec(text)?.[1]);
}
