/** client.chat() over real sockets, against a broker that does what the test says. */

import test from 'ava';
import { type ChatNews, Client, type LatidoError } from '../src/index.ts';
import { FakeChat } from './support/chat/fake-chat.ts';
import { FakeBroker, type Said, u32 } from './support/fake-broker.ts';
import { until } from './support/poll.ts';

const welcome: Said = { verb: 'WELCOME', a: 1, b: 250, body: u32(1000) };

test('a person talks, is away while the broker is, and is back in the room with what was said meanwhile', async (t) => {
  const first = await FakeBroker.open();
  const client = new Client({ broker: first.address });
  const chat = client.chat({ nick: 'Ana' });
  const told: ChatNews[] = [];
  const ended = listen(chat, told);
  const people = new FakeChat({ garden: 'durable' });
  const joined = chat.join('garden');
  await first.next('HELLO');
  await first.say(1, 0, welcome);
  t.is(JSON.parse(await order(first, 1, people)).instance, undefined, 'HELLO has said it');
  await order(first, 1, people);
  t.is((await joined).room, 'garden');
  t.true(chat.online);
  const one = chat.say('garden', 'one');
  people.say('garden', 'hello');
  await order(first, 1, people);
  t.deepEqual(await one.done, { to: 3, notice: '' });
  people.cut();
  first.close();
  await until('the loss', () => told.some(({ news }) => news === 'offline'));
  t.false(chat.online);

  const second = await FakeBroker.open(first.address);
  people.say('garden', 'where are you?');
  const two = chat.say('garden', 'two');
  await second.next('HELLO');
  await second.say(2, 0, welcome);
  for (let orders = 0; orders < 2; orders++) await order(second, 2, people);
  await two.done;
  t.deepEqual(people.taken, ['one', 'two']);
  await client.close();
  await ended;
  t.deepEqual(
    told.flatMap((each) => (each.news === 'said' ? [each.said.text] : [])),
    ['hello', 'where are you?'],
  );
  t.deepEqual(
    told.filter(({ news }) => news !== 'said' && news !== 'message').map(({ news }) => news),
    ['online', 'offline', 'online'],
  );
  t.is((await second.next('CHAT')).record.body, '{"do":"seen","room":"garden","seq":3}');
  t.is((await second.next('CHAT')).record.body, '{"do":"exit"}');
  await second.next('BYE');
  second.close();
});

test('when the broker forgets the session the person enters again in the next', async (t) => {
  const broker = await FakeBroker.open();
  const events: string[] = [];
  const client = new Client({
    broker: broker.address,
    onEvent: ({ kind }) => events.push(kind),
  });
  const people = new FakeChat();
  await broker.next('HELLO');
  await broker.say(1, 0, welcome);
  await until('the session', () => events.includes('connected'));
  const news: string[] = [];
  const chat = client.chat({ nick: 'Ana', key: 'k', onNews: (each) => news.push(each.news) });
  await order(broker, 1, people);
  const list = chat.list();
  await broker.next('CHAT');
  people.cut();
  await broker.say(1, 0, { verb: 'WHO' });
  const hello = await broker.next('HELLO');
  t.false(chat.online);
  t.is(hello.message.records.length, 1);
  chat.say('garden', 'not before the welcome').done.catch(() => {});
  await broker.say(2, 0, { ...welcome, type: hello.record.type });
  t.is(JSON.parse(await order(broker, 2, people)).key, 'k');
  await order(broker, 2, people);
  t.is((await list).length, 1);
  t.deepEqual(news, ['online', 'offline', 'online']);
  chat.close();
  await client.close();
  broker.close();
});

test('a client has one chat, and after its end everything ends CLOSED', async (t) => {
  const client = new Client({ broker: 'tcp://127.0.0.1:9' });
  const nick = 7 as unknown as string;
  t.throws(() => client.chat({ nick }), { message: "option 'nick' must be a string, got 7" });
  const chat = client.chat({ nick: 'Ana' });
  t.throws(() => client.chat({ nick: 'Bea' }), { message: /another client/ });
  const message = chat.say('garden', 'x');
  const order = chat.who('garden');
  await client.close();
  for (const promise of [message.done, order, chat.join()]) {
    t.is(((await t.throwsAsync(promise)) as LatidoError).code, 'CLOSED');
  }
  t.throws(() => client.chat({ nick: 'Ana' }));
  for await (const news of chat) t.is(news.news, 'message');
});

/** The next order is heard, and what the chat has to say to the person is said. */
async function order(broker: FakeBroker, session: number, people: FakeChat): Promise<string> {
  const { record } = await broker.next('CHAT');
  people.hear(record.body);
  const words = people.out.splice(0).map((body): Said => ({ verb: 'CHAT', body }));
  await broker.say(session, 0, ...words);
  return record.body;
}

async function listen(chat: AsyncIterable<ChatNews>, told: ChatNews[]): Promise<void> {
  for await (const news of chat) told.push(news);
}
