import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { type ChatNews, Client } from '../src/index.ts';
import { ChatPrograms } from './support/chat-programs.ts';
import { until } from './support/poll.ts';
import { run } from './support/programs.ts';
import { hasTerminals, Terminal } from './support/terminal.ts';

let programs: ChatPrograms;
let rooms = 0;

test.before(async () => {
  programs = await ChatPrograms.start();
});

test.afterEach.always(() => Terminal.closeAll());
test.after.always(() => programs?.end());

/** A test with people in a room of its own; without tmux it says that it was skipped. */
function terminalTest(title: string, act: (t: ExecutionContext, room: string) => Promise<void>) {
  test.serial(title, async (t) => {
    if (hasTerminals) return act(t, `room-${++rooms}`);
    t.log('skipped: tmux is not installed (Debian: tmux)');
    t.pass();
  });
}

/** A person in a room, at a terminal. */
async function person(nick: string, room: string, columns = 80): Promise<Terminal> {
  const terminal = await Terminal.open(programs.person(nick, room), columns);
  await terminal.shows(new RegExp(`you are in ${room}[\\s\\S]*\n${nick}@${room}>$`));
  return terminal;
}

/** Something that is said in the room from elsewhere, as it is. */
async function says(nick: string, room: string, text: string): Promise<void> {
  await programs.chat(nick, room, `${text}\n`).ended;
}

terminalTest(
  'two people at terminals talk, and see what becomes of what they say',
  async (t, room) => {
    const ana = await person('Ana', room);
    const bea = await person('Bea', room);
    await ana.shows(/Bea came, 2 people here/);
    await ana.enter('hello, Bea');
    await bea.shows(/^\d\d:\d\d Ana: hello, Bea$/m);
    await ana.shows(/^\d\d:\d\d Ana: hello, Bea ✓✓$/m);
    await bea.enter('/me waves');
    await ana.shows(/^\d\d:\d\d \* Bea waves$/m);
    await bea.shows(/^\d\d:\d\d \* Bea waves ✓✓$/m);
    await bea.enter('EXIT');
    await ana.shows(/Bea: EXIT$/m);
    await ana.enter('/msg Bea only for you');
    await bea.shows(/^\d\d:\d\d \[private\] Ana: only for you$/m);
    const screen = await ana.shows(/\[private to Bea\] Ana: only for you ✓✓/);
    t.is(screen.match(/hello, Bea/g)?.length, 1);
  },
);

terminalTest(
  'what is being typed stays while messages come in, and can be finished',
  async (t, room) => {
    const ana = await person('Ana', room, 40);
    await ana.type('half a line, and a bit more than one row of it');
    await ana.press('Left', 'Left');
    await ana.shows(/bit more than one row of it$/);
    const [column] = await ana.cursor();
    await says('Bea', room, 'one\ntwo');
    await ana.shows(
      new RegExp(`Bea: one\n.*Bea: two\n(?:.*went.*\n)?Ana@${room}> half a line, and a bit`),
    );
    t.is((await ana.cursor())[0], column);
    await ana.enter('X');
    const screen = await ana.shows(/of Xit ✓✓/);
    t.regex(screen, /Ana: half a line, and a bit more than one row of Xit ✓✓/);
    t.is(screen.match(/half a line/g)?.length, 1);
  },
);

terminalTest(
  'arrow up brings back what was typed before, and a tab completes a nick',
  async (t, room) => {
    const ana = await person('Ana', room);
    await person('Bea', room);
    await ana.shows(/Bea came/);
    await ana.enter('the first');
    await ana.enter('/who');
    await ana.press('Up');
    await ana.shows(new RegExp(`\nAna@${room}> /who$`));
    await ana.press('Up');
    await ana.shows(new RegExp(`\nAna@${room}> the first$`));
    await ana.type(' again');
    await ana.press('Enter');
    await ana.shows(/Ana: the first again ✓✓/);
    await ana.type('be');
    await ana.press('Tab');
    await ana.shows(/> @Bea$/);
    t.pass();
  },
);

terminalTest('/who and /rooms say who is where', async (t, room) => {
  const ana = await person('Ana', room);
  await person('Bea', room);
  await ana.shows(/Bea came/);
  await ana.enter('/who');
  await ana.shows(new RegExp(`^${room} \\(transient, 2 people\\): Ana, Bea$`, 'm'));
  await ana.enter(`/join ${room}-too`);
  await ana.shows(new RegExp(`\nAna@${room}-too>$`));
  await ana.enter('/rooms');
  await ana.shows(new RegExp(`^${room} +transient +2 here +Ana, Bea$`, 'm'));
  await ana.shows(new RegExp(`^${room}-too +transient +1 here +Ana$`, 'm'));
  await ana.enter(`/room ${room}`);
  await ana.enter('where am I');
  await ana.shows(new RegExp(`\\[${room}\\] Ana: where am I ✓✓`));
  await ana.enter('/frobnicate');
  await ana.shows(/there is no command \/frobnicate: see \/help/);
  t.pass();
});

for (const [how, leave] of [
  ['Ctrl-C', (terminal: Terminal) => terminal.press('C-c')],
  ['Ctrl-D', (terminal: Terminal) => terminal.press('C-d')],
  ['/quit', (terminal: Terminal) => terminal.enter('/quit')],
  ['SIGTERM', async (terminal: Terminal) => void process.kill(await terminal.pid(), 'SIGTERM')],
] as const) {
  terminalTest(`${how} leaves cleanly, and the room is told at once`, async (t, room) => {
    const ana = await person('Ana', room);
    const bea = await person('Bea', room);
    await bea.enter('soon gone');
    await bea.shows(/soon gone ✓✓/);
    await leave(bea);
    t.is(await bea.exitCode(), 0);
    await ana.shows(/Bea went, 1 person here/);
    t.notRegex(await bea.screen(), />$/m);
  });
}

terminalTest('who closes the window leaves, and the room is told at once', async (t, room) => {
  const ana = await person('Ana', room);
  const bea = await person('Bea', room);
  await ana.shows(/Bea came/);
  await bea.close();
  await ana.shows(/Bea went, 1 person here/);
  t.pass();
});

terminalTest('an escape that somebody says does not reach the terminal', async (t, room) => {
  const ana = await person('Ana', room);
  await says('Bea', room, 'red \u001b[31malert\u001b[0m \u009b2J \u202eevil\u0007');
  await ana.shows(/Bea: red .*alert.*evil/);
  const written = await ana.wrote('evil');
  for (const evil of ['\u001b[31m', '\u001b[0m', '\u009b', '\u202e', '\u0007']) {
    t.false(written.includes(evil), JSON.stringify(evil));
  }
});

terminalTest(
  'what is typed while the broker is dead arrives once when it is back',
  async (t, room) => {
    const ana = await person('Ana', room);
    const bea = await person('Bea', room);
    await ana.shows(/Bea came/);
    await programs.killBroker();
    await ana.shows(/the broker is away; what you type is sent when it is back/);
    await ana.enter('are you still there');
    await ana.shows(/Ana: are you still there …/);
    await ana.type('half');
    await programs.startBroker();
    await ana.shows(/the broker is back[\s\S]*Ana: are you still there ✓✓\n(?:.*\n)*Ana@.*> half$/);
    await bea.shows(/Ana: are you still there$/m);
    await sleep(500);
    t.is((await bea.screen()).match(/are you still there/g)?.length, 1);
    t.is((await ana.screen()).match(/are you still there/g)?.length, 1);
  },
);

terminalTest(
  'who comes with a nick that is taken chooses another at the terminal',
  async (t, room) => {
    const ana = await person('Ana', room);
    const args = ['chat', '--nick=ana', `--room=${room}`, `--broker=${programs.frontend}`];
    const other = await Terminal.open(args);
    await other.shows(/nick.*\(type \/nick and another one\)/);
    await other.enter('/nick Andi');
    await other.shows(new RegExp(`\nAndi@${room}>$`));
    await ana.shows(/Andi came/);
    t.pass();
  },
);

test.serial(
  'a program says the lines of its stdin, and leaves when all is delivered',
  async (t) => {
    const room = `room-${++rooms}`;
    const heard = await listener(t, 'Lea', room);
    const lines = Array.from({ length: 60 }, (_, i) => `line ${i}`);
    const ana = await programs.chat('Ana', room, `${lines.join('\n')}\n//slash\n`).ended;
    t.is(ana.stderr, '');
    t.is(ana.code, 0);
    t.is(ana.stdout.match(/ ✓✓$/gm)?.length, 61);
    await until('Ana has gone', () => heard.some((news) => news.news === 'people' && news.went[0]));
    t.deepEqual(textsIn(heard), [...lines, '/slash']);
  },
);

test.serial('with --json what happens is a line of JSON each', async (t) => {
  const room = `room-${++rooms}`;
  await listener(t, 'Lea', room);
  const lines = 'hello\n/who\n/frobnicate\n';
  const { code, stdout } = await programs.chat('Ana', room, lines, '--json').ended;
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.like(events[0], { event: 'online', nick: 'Ana' });
  t.like(events[1], { event: 'joined', room: { room, count: 2 } });
  t.deepEqual(events.find(({ event }) => event === 'who').who.people.toSorted(), ['Ana', 'Lea']);
  t.regex(events.find(({ event }) => event === 'failed').text, /no command \/frobnicate/);
  const states = events.filter(({ event }) => event === 'message').map(({ state }) => state);
  t.deepEqual(states, ['sent', 'delivered']);
  t.is(code, 1);
});

test.serial('a program with a nick that is taken ends with 1 and a sentence', async (t) => {
  const room = `room-${++rooms}`;
  await listener(t, 'Lea', room);
  const { code, stdout, stderr } = await programs.chat('lea', room, 'x\n').ended;
  t.regex(stderr, /^latido: .*nick.*\n$/);
  t.deepEqual([code, stdout], [1, '']);
});

test.serial('a program that finds no broker in time says so', async (t) => {
  const args = ['chat', '--nick=Ana', '--timeout-ms=200', '--broker=tcp://127.0.0.1:9'];
  const { code, stderr } = await run('latido', args, 'x\n');
  t.regex(stderr, /^latido: no broker .* within 200 ms\n$/);
  t.is(code, 1);
});

test.serial('latido chat and client chat have a help that ends with an example', async (t) => {
  for (const [program, typed] of [
    ['latido', 'latido chat'],
    ['client', 'client chat'],
  ] as const) {
    const { code, stdout } = await run(program, ['chat', '--help']);
    t.regex(stdout, /the key that makes the nick\s+yours/);
    t.regex(
      stdout,
      new RegExp(`\nExamples:\n  ${typed} --nick Ana --room garden[\\s\\S]*JSON\\s+lines\\s*$`),
    );
    t.is(code, 0);
    t.is((await run(program, ['chat'])).code, 2);
  }
});

/** Somebody who is in the room and listens. */
async function listener(t: ExecutionContext, nick: string, room: string) {
  const client = new Client({ broker: programs.frontend });
  t.teardown(() => client.close());
  const heard: ChatNews[] = [];
  await client.chat({ nick, onNews: (news) => heard.push(news) }).join(room);
  return heard;
}

function textsIn(heard: readonly ChatNews[]): string[] {
  return heard.flatMap((news) => (news.news === 'said' ? [news.said.text] : []));
}
