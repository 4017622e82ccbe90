import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { completionsOf } from '../src/cli/chat/complete.ts';
import { helpLines } from '../src/cli/chat/help.ts';
import { newsValue } from '../src/cli/chat/json.ts';
import { keyOf } from '../src/cli/chat/key-file.ts';
import { jsonLine, rendered, safe } from '../src/cli/chat/line.ts';
import { newsLines, outcomeLines, type Reader, timeOf } from '../src/cli/chat/lines.ts';
import { Own } from '../src/cli/chat/own.ts';
import { readTyped } from '../src/client/chat/typed.ts';
import { Message, type RoomView, type Utterance } from '../src/index.ts';

const NOW = new Date('2030-01-02T20:15:00').getTime();
const reader: Reader = { nick: 'Ana', isInSeveral: false, now: NOW };
const garden: RoomView = {
  room: 'garden',
  kind: 'transient',
  people: ['Ana', 'Bea'],
  count: 2,
  seq: 0,
  subscribed: false,
  takes: false,
};

const plain = (lines: readonly Parameters<typeof rendered>[0][]) =>
  lines.map((line) => rendered(line, false));

function said(text: string, more: Partial<Utterance> = {}, room = 'garden') {
  const utterance = { from: 'Bea', id: 'b', n: 1, at: NOW, text, ...more };
  return { news: 'said', room, seq: 1, said: utterance } as const;
}

function message(state: Message['state'], text = 'hello', to = ''): Message {
  const made = new Message(1, to === '' ? 'garden' : '', to, text);
  made.state = state;
  return made;
}

test('a line is text unless / is its first character, and // says a text that begins with /', (t) => {
  const texts = ['hello', 'HI', 'BYE', 'EXIT', 'quit', ' /quit', '!x', 'a /me b', '<b>&amp;</b>'];
  for (const text of texts) t.deepEqual(readTyped(text), { do: 'say', text });
  t.deepEqual(readTyped('//quit'), { do: 'say', text: '/quit' });
  t.deepEqual(readTyped('///'), { do: 'say', text: '//' });
});

test('each command is read with what stands behind it', (t) => {
  const room = undefined;
  t.deepEqual(readTyped('/join'), { do: 'join', room, kind: undefined });
  t.deepEqual(readTyped('/JOIN  lab   durable '), { do: 'join', room: 'lab', kind: 'durable' });
  t.deepEqual(readTyped('/leave'), { do: 'leave', room });
  t.deepEqual(readTyped('/room lab'), { do: 'room', room: 'lab' });
  t.deepEqual(readTyped('/msg Bea  two  words '), { do: 'msg', to: 'Bea', text: 'two  words' });
  t.deepEqual(readTyped('/me waves'), { do: 'say', text: '/me waves' });
  t.deepEqual(readTyped('/nick Bo'), { do: 'nick', nick: 'Bo' });
  t.deepEqual(readTyped('/who lab'), { do: 'who', room: 'lab' });
  t.deepEqual(readTyped('/rooms'), { do: 'rooms' });
  t.deepEqual(readTyped('/take on lab'), { do: 'take', on: true, room: 'lab' });
  t.deepEqual(readTyped('/take off'), { do: 'take', on: false, room });
  t.deepEqual(readTyped('/subscribe'), { do: 'subscribe', room });
  t.deepEqual(readTyped('/quit'), { do: 'quit' });
});

test('what cannot be done is a sentence that says what can', (t) => {
  const sentences: [string, RegExp][] = [
    ['', /nothing to say.*\/help/],
    ['   ', /nothing to say/],
    ['/', /no command \/: see \/help/],
    ['/frobnicate now', /no command \/frobnicate: see \/help/],
    ['/constructor', /no command \/constructor/],
    ['/msg Bea', /it is typed \/msg nick text/],
    ['/take maybe', /it is typed \/take on\|off \[room\]/],
    ['/join a loud', /it is typed \/join \[room\]/],
    ['/rooms all', /it is typed \/rooms$/],
    ['/nick', /it is typed \/nick name/],
  ];
  for (const [line, sentence] of sentences) {
    const typed = readTyped(line);
    t.is(typed.do, 'nothing');
    t.regex(typed.do === 'nothing' ? typed.text : '', sentence);
  }
  for (const name of ['join', 'msg', 'take', 'subscribe', 'quit', '/text']) {
    t.true(helpLines.some((line) => line.startsWith(`/${name}`)));
  }
});

test('nothing that moves a cursor, changes a colour or turns a line around is printed', (t) => {
  const evil = '\u001b[2J\u009b31m\u0007\u0000\r\n\u007f\u202e\u2066\u200f\u061c\u2028\ud800';
  t.is(safe(evil), `�[2J�31m${'�'.repeat(11)}`);
  t.is(safe('a\tb é 漢 👍🏽 עברית'), 'a b é 漢 👍🏽 עברית');
  const lines = [
    ...newsLines(said(evil, { from: evil, mentions: ['Ana'] }), { ...reader, isInSeveral: true }),
    ...newsLines(said(evil, {}, evil), { ...reader, isInSeveral: true }),
    ...newsLines({ news: 'people', room: evil, came: [evil], went: [evil], count: 1 }, reader),
    ...newsLines({ news: 'notice', code: evil, text: evil }, reader),
    ...outcomeLines({ outcome: 'joined', room: { ...garden, room: evil, people: [evil] } }),
    ...outcomeLines({ outcome: 'failed', code: evil, text: evil }),
  ];
  for (const line of plain(lines))
    t.notRegex(line, /[\p{Cc}\p{Cs}\u202e\u2066\u200f\u061c\u2028]/u);
  t.notRegex(jsonLine(newsValue(said(evil))), /[\p{Cc}\p{Cs}\u202e\u2066\u200f]/u);
  t.is(JSON.parse(jsonLine({ text: evil })).text, evil);
});

test('colours are only in what is written for a terminal that wants them', (t) => {
  const [line = []] = newsLines(said('hello'), reader);
  t.is(rendered(line, false), '20:15 Bea: hello');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a colour begins with one
  t.regex(rendered(line, true), /\u001b\[1mBea/);
});

test('what is said has its time, its room when there are several, and its author', (t) => {
  const several = { ...reader, isInSeveral: true };
  t.deepEqual(plain(newsLines(said('hello'), several)), ['20:15 [garden] Bea: hello']);
  t.deepEqual(plain(newsLines(said('hello', {}, ''), reader)), ['20:15 [private] Bea: hello']);
  t.deepEqual(plain(newsLines(said('waves', { act: true }), reader)), ['20:15 * Bea waves']);
  t.deepEqual(plain(newsLines(said('hi', { bot: true }), reader)), ['20:15 Bea (bot): hi']);
  t.is(timeOf(NOW - 86_400_000, NOW), '2030-01-01 20:15');
});

test('who is mentioned sees the whole line marked', (t) => {
  const [line = []] = newsLines(said('look, ana', { mentions: ['ana'] }), reader);
  t.true(line.some((span) => span[0] === 'mention' && span[1] === 'Bea: look, ana'));
  const [other = []] = newsLines(said('look, Carl', { mentions: ['Carl'] }), reader);
  t.false(other.some((span) => span[0] === 'mention'));
});

test('people who come and go are one line', (t) => {
  const news = {
    news: 'people',
    room: 'garden',
    came: ['Bo', 'Cy'],
    went: ['Di'],
    count: 3,
  } as const;
  t.deepEqual(plain(newsLines(news, reader)), ['Bo, Cy came; Di went, 3 people here']);
  const unnamed = { ...news, came: [], went: [], count: 4711 };
  t.deepEqual(plain(newsLines(unnamed, reader)), ['people came and went, 4711 people here']);
});

test('a new nick of somebody else is told, the own one by the reply alone', (t) => {
  const news = { news: 'renamed', room: 'garden', was: 'Bo', is: 'Bob' } as const;
  t.deepEqual(plain(newsLines(news, reader)), ['Bo is called Bob now']);
  t.deepEqual(newsLines({ ...news, was: 'Ana', is: 'Anne' }, reader), []);
  t.deepEqual(newsLines({ ...news, was: 'Anne', is: 'Ana' }, reader), []);
});

test('rooms are told with their kind, who is there and who is away', (t) => {
  const lines = outcomeLines({
    outcome: 'rooms',
    rooms: [
      { room: 'garden', kind: 'durable', online: 2, members: 5, people: ['Ana'] },
      { room: 'lab', kind: 'queue', online: 0, members: 0, people: [] },
    ],
  });
  t.deepEqual(plain(lines), [
    'garden  durable    2 here, 3 away  Ana and 1 more',
    'lab     queue      0 here  ',
  ]);
  t.deepEqual(plain(outcomeLines({ outcome: 'rooms', rooms: [] })), [
    'there is no room: /join name makes one',
  ]);
  const takes = { ...garden, kind: 'queue', takes: true } as const;
  t.deepEqual(plain(outcomeLines({ outcome: 'who', who: takes })), [
    'garden (queue, you take, 2 people): Ana, Bea',
  ]);
});

test('an own message stands in the footer with its state until it is delivered', async (t) => {
  const own = new Own();
  const one = message('waiting');
  own.add(NOW, one);
  t.deepEqual(plain(own.look(reader)), []);
  t.deepEqual(plain(own.footer(reader)), ['20:15 Ana: hello …']);
  one.sent(1);
  t.deepEqual(plain(own.look(reader)), []);
  t.deepEqual(plain(own.footer(reader)), ['20:15 Ana: hello ✓']);
  one.delivered(2, '');
  await one.done;
  t.deepEqual(plain(own.look(reader)), ['20:15 Ana: hello ✓✓']);
  t.deepEqual(own.footer(reader), []);
  t.is(own.due(), null);
});

test('one that reached nobody says so', async (t) => {
  const own = new Own();
  const one = message('sent');
  own.add(NOW, one);
  const other = message('sent', 'later', 'Bea');
  own.add(NOW, other);
  one.delivered(0, '');
  other.delivered(0, 'Bea is away: it is kept.');
  await other.done;
  t.deepEqual(plain(own.look(reader)), [
    '20:15 Ana: hello ✓✓ (nobody was there)',
    '20:15 [private to Bea] Ana: later ✓',
    'Bea is away: it is kept.',
  ]);
});

test('one that is sent and long not delivered moves up, and its end is told', async (t) => {
  const own = new Own();
  const one = message('sent', 'hello', 'Bea');
  own.add(NOW, one);
  own.look(reader);
  t.is(own.due(), NOW + 2000);
  const later = { ...reader, now: NOW + 2000 };
  t.deepEqual(plain(own.look(later)), ['20:15 [private to Bea] Ana: hello ✓']);
  t.deepEqual([own.look(later), own.footer(later), own.due()], [[], [], null]);
  one.delivered(1, '');
  await one.done;
  t.deepEqual(plain(own.look(later)), ['20:15 [private to Bea] Ana: hello ✓✓']);
  t.deepEqual(own.look(later), []);
});

test('one that failed says why, and of many that wait the first few are shown', (t) => {
  const own = new Own();
  const failed = message('failed');
  failed.notice = 'You say too much: wait a second.';
  own.add(NOW, failed);
  for (let n = 0; n < 7; n++) own.add(NOW, message('waiting', `text ${n}`));
  t.deepEqual(plain(own.look(reader)), ['20:15 Ana: hello ✗', failed.notice]);
  t.is(own.waiting, 7);
  t.is(own.footer(reader).length, 6);
  t.deepEqual(plain(own.footer(reader)).at(-1), 'and 2 more');
});

test('a tab completes commands, rooms and nicks', (t) => {
  const known = { rooms: ['garden', 'lab'], nicks: ['Bea', 'Ben'] };
  t.deepEqual(completionsOf('/su', known), ['/subscribe ']);
  t.deepEqual(completionsOf('/join g', known), ['garden ']);
  t.deepEqual(completionsOf('/take on l', known), ['lab ']);
  t.deepEqual(completionsOf('/msg b', known), ['Bea ', 'Ben ']);
  t.deepEqual(completionsOf('be', known), ['@Bea ', '@Ben ']);
  t.deepEqual(completionsOf('ask @bea', known), ['@Bea ']);
  t.deepEqual(completionsOf('ask bea', known), ['@Bea ']);
  t.deepEqual(completionsOf('/me waves at be', known), ['@Bea ', '@Ben ']);
  t.deepEqual(completionsOf('/nick be', known), []);
  t.deepEqual(completionsOf('', known), []);
  t.deepEqual(completionsOf('//su', known), []);
});

test('a key is made once, for its owner alone; a file that cannot be written costs only its future', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'latido-chat-key-'));
  const path = join(folder, 'deep', 'chat-key');
  const first = keyOf(path);
  t.regex(first.key, /^[0-9a-f]{64}$/);
  t.is(first.warning, null);
  t.is(statSync(path).mode & 0o777, 0o600);
  t.is(readFileSync(path, 'utf8'), `${first.key}\n`);
  t.deepEqual(keyOf(path), first);
  writeFileSync(path, 'no key');
  t.throws(() => keyOf(path), { code: 'OPTION_INVALID', message: /no key of 64/ });
  chmodSync(path, 0o600);
  const lost = keyOf(join(path, 'below-a-file'));
  t.regex(lost.key, /^[0-9a-f]{64}$/);
  t.regex(lost.warning ?? '', /cannot be kept/);
  rmSync(folder, { recursive: true });
});
