import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { rendered } from '../src/cli/chat/line.ts';
import { fitted, fittedName, lineWidth } from '../src/cli/top/fit.ts';
import { happenedLines } from '../src/cli/top/happened.ts';
import { firstLook, type Look, pressed } from '../src/cli/top/look.ts';
import { picture } from '../src/cli/top/picture.ts';
import { EventParser } from '../src/cli/top/sse.ts';
import { Watch } from '../src/cli/top/watch.ts';
import { widthOf } from '../src/cli/width.ts';
import type { Happening, Whole } from '../src/view/live.ts';
import { figures, type, whole, worker } from './support/live.ts';
import { until } from './support/poll.ts';
import { freePort, Program, run, startTestBroker, startTestWorker } from './support/programs.ts';
import { hasTerminals, Terminal } from './support/terminal.ts';

const AT = Date.parse('2030-01-01T12:00:00Z');
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l';

test.afterEach.always(() => Terminal.closeAll());

/** A broker that has told itself once. */
function watched(more: Partial<Whole>, http = '127.0.0.1:1'): Watch {
  const watch = new Watch(http, () => {});
  watch.hear({ event: 'whole', ...whole(AT, more) });
  return watch;
}

/** What a terminal of that size shows of a broker, as lines of text. */
function shown(more: Partial<Whole>, look: Partial<Look> = {}, width = 80, height = 24): string[] {
  const watch = watched(more);
  const seen = { watch, look: { ...firstLook, ...look }, now: AT };
  const { lines } = picture(seen, width, height);
  return lines.map((line) => rendered(line, false));
}

test('server-sent events are taken apart however their pieces come', (t) => {
  const text =
    'retry: 500\n\n:\n\nevent: whole\ndata: {"a":\ndata: "ü"}\r\n\r\nevent:change\ndata:1\n\n';
  const expected = [
    { event: 'whole', data: '{"a":\n"ü"}' },
    { event: 'change', data: '1' },
  ];
  for (const size of [1, 2, 3, 7, 1000]) {
    const parser = new EventParser();
    const events = [];
    for (let at = 0; at < text.length; at += size)
      events.push(...parser.push(text.slice(at, at + size)));
    t.deepEqual(events, expected);
  }
});

test('a picture fills the terminal and no more, whatever the names and however many', (t) => {
  const evil = 'evil\u001b[2J\nname ';
  const types = Array.from({ length: 100 }, (_, i) =>
    type(`${i}${evil}作业😀${'x'.repeat(60)}`, { waiting: 123_456, workers: 1, oldestMs: 9e8 }),
  );
  const workers = Array.from({ length: 1000 }, (_, i) =>
    worker(
      `${i}${evil}工人`,
      types.slice(0, 3).map(({ name }) => name),
      {
        state: i % 2 === 0 ? 'leaving' : 'alive',
        load: i,
        done: 1e9,
      },
    ),
  );
  const happenings: Happening[] = workers.map(({ name, key }) => {
    return { kind: 'worker', at: AT, event: 'gone', key, name, types: [evil], inflight: 1 };
  });
  const watch = watched({ types, workers, happenings, name: evil });
  for (const [width, height] of [
    [80, 24],
    [20, 3],
    [43, 11],
    [200, 60],
  ] as const) {
    for (const large of ['both', 'types', 'workers'] as const) {
      const seen = { watch, look: { ...firstLook, large, offset: 5 }, now: AT };
      const { lines } = picture(seen, width, height);
      t.is(lines.length, height);
      t.true(lines.every((line) => lineWidth(line) <= width));
      t.notRegex(lines.map((line) => rendered(line, false)).join(''), /[\p{Cc}]/u);
    }
  }
});

test('wide signs take two columns, and marks on a letter none', (t) => {
  t.deepEqual(['', 'abc', '作業😀', 'e\u0301…'].map(widthOf), [0, 3, 6, 2]);
  t.deepEqual([fitted('作業', 3), fitted('ab', 4, true)], ['作…', '  ab']);
  const names = ['resize-large', 'resize-small', '作業班の名前', 'a'];
  t.deepEqual(
    names.map((name) => fittedName(name, 9)),
    ['resi…arge', 'resi…mall', '作業…名前', 'a        '],
  );
});

test('the first line says whether all is well, and what is wrong is said in words', (t) => {
  const types = [type('A', { waiting: 12, oldestMs: 9000 }), type('B', { state: 'paused' })];
  const workers = [worker('b1', ['B'], { state: 'stalled', load: 0.5, inflight: 2 })];
  const lines = shown({ types, workers });
  t.is(lines[0], '✗ no worker for type A, 12 jobs wait (and 2 more)');
  t.regex(lines.join('\n'), /^A +open +12 +9\.0 s +0 +none +- +- +0$/m);
  t.regex(lines.join('\n'), /^b1 +B +stalled ████░░░░ 0\.50 +2\/4 +0 +0$/m);
  t.regex(lines.join('\n'), /^! worker b1 is stalled: its loop does not turn$/m);
  t.regex(lines.join('\n'), /^· type B is paused, no job waits$/m);
  t.is(shown({ types: [type('B')], workers: [worker('b1', ['B'])] })[0], '✓ all is well');
  const store = {
    state: 'open',
    failure: null,
    pendingBytes: 0,
    bytes: 0,
    deadLetters: 7,
  } as const;
  const [first = '', , , rest = ''] = shown({ figures: figures({ store }), workers });
  t.regex(first, /^! worker b1 is stalled/);
  t.regex(rest, /^dead letters 7 {2}loop lag 1 ms {2}memory 76 MiB/);
});

test('a broker that went away is said to be away, and what was known of it stays', (t) => {
  const all = { types: [type('A')], workers: [worker('a1', ['A'])] };
  const watch = watched(all, '127.0.0.1:9464');
  watch.silence = { since: AT, why: 'ECONNREFUSED' };
  const { lines } = picture({ watch, look: firstLook, now: AT }, 80, 24);
  const texts = lines.map((line) => rendered(line, false));
  t.regex(texts[0]!, /^✗ no broker answers at 127\.0\.0\.1:9464 since \d\d:\d\d:\d\d \(ECONNREF/);
  t.regex(texts[1]!, /as it was at \d\d:\d\d:\d\d/);
  t.true(texts.some((text) => text.startsWith('a1 ')));
});

test('a broker that is frozen is said to answer nothing, until it answers', async (t) => {
  const held: ServerResponse[] = [];
  const server = createServer((asked, answer) => {
    if (asked.url !== '/api/live') return void held.push(answer);
    answer.writeHead(200, { 'content-type': 'text/event-stream' });
    answer.write(`event: whole\ndata: ${JSON.stringify(whole(AT))}\n\n`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const watch = new Watch(`127.0.0.1:${(server.address() as AddressInfo).port}`, () => {});
  t.teardown(() => {
    watch.stop();
    server.closeAllConnections();
    server.close();
  });
  watch.start();
  await until('the whole', () => watch.model.figures !== null);
  const { why } = await until('silence', () => watch.silence);
  t.is(why, 'nothing for 3 s');
  held[0]?.end(JSON.stringify({ at: [AT], answered: [1] }));
  await until('the answer', () => watch.silence === null);
  t.deepEqual(watch.history?.answered, [1]);
});

test('workers stand by load, those with something wrong first; keys sort, scroll and enlarge', (t) => {
  const load = (name: string, value: number) => worker(name, ['A'], { load: value });
  const away = worker('z', ['A'], { state: 'away' });
  const many = Array.from({ length: 40 }, (_, i) => load(`w${10 + i}`, 0.01));
  const workers = [...many, load('idle', 0), load('busy', 0.9), away];
  const names = (look: Look) =>
    shown({ types: [type('A', { workers: 43 })], workers }, look)
      .map((line) => /^(z|busy|idle|w\d+) /.exec(line)?.[1])
      .filter((name) => name !== undefined);
  t.deepEqual(names(firstLook).slice(0, 4), ['z', 'busy', 'idle', 'w10']);
  const byName = pressed(firstLook, 's', 10, 33);
  t.deepEqual(names(byName).slice(0, 3), ['busy', 'idle', 'w10']);
  const down = pressed(pressed(byName, 'pagedown', 10, 33), 'down', 10, 33);
  t.is(names(down)[0], 'w19');
  t.is(names(pressed(down, 'pagedown', 100, 33)).at(-1), 'z');
  t.is(pressed(pressed(down, 'pagedown', 100, 33), 'up', 10, 33).offset, 32);
  t.is(pressed(down, 'home', 10, 33).offset, 0);
  t.true(names(pressed(byName, 'w', 10, 33)).length >= names(byName).length);
  t.is(pressed(pressed(byName, 't', 10, 33), 't', 10, 33).large, 'both');
  const help = pressed(firstLook, '?', 10, 33);
  t.regex(shown({}, help).join('\n'), /^q, Ctrl-C +leave$/m);
  t.false(pressed(help, 'x', 10, 33).isHelp);
  t.true(pressed(firstLook, 'p', 10, 33).isPaused);
});

test('jobs that meet the same at the same moment are one line, the newest first', (t) => {
  const lost = { kind: 'job', type: 'A', attempt: 1, cause: 'worker-gone', from: 'a1' } as const;
  const gone = { kind: 'worker', event: 'gone', key: 'k', name: 'a1', types: ['A'] } as const;
  const happenings: Happening[] = [
    ...['1', '2', '3'].map((id) => ({ ...lost, event: 'lost' as const, at: AT, id, to: null })),
    { ...gone, at: AT, inflight: 3 },
    { ...lost, event: 'moved', at: AT + 5, id: '1', to: 'a2' },
    { ...lost, event: 'dead', at: AT + 9000, id: '1', to: null },
  ];
  t.deepEqual(
    happenedLines(happenings, 9).map((line) => rendered(line, false).replace(/^[\d:]+ /, '')),
    [
      'job 1 (A) dead after attempt 1 at a1: worker-gone',
      'job 1 (A) moved from a1 to a2: worker-gone',
      'worker a1 is gone with 3 jobs',
      '3 jobs of A: attempt 1 lost at a1: worker-gone',
    ],
  );
  t.is(happenedLines(happenings, 2).length, 2);
});

test.serial('into a pipe goes one picture as text, or every change as a JSON line', async (t) => {
  const broker = await startTestBroker();
  t.teardown(() => broker.program.kill('SIGKILL'));
  const own = await startTestWorker(broker.backend, '--type=A', '--name=a1');
  t.teardown(() => own.kill('SIGKILL'));
  const http = `--http=${broker.http}`;
  const live = new Program('latido', ['top', http, '--json']);
  const text = await run('latido', ['top', http]);
  t.regex(text.stdout, /^✓ all is well\n/);
  t.regex(text.stdout, /^a1 +A +alive /m);
  t.notRegex(text.stdout.replaceAll('\n', ''), /\p{Cc}/u);
  t.deepEqual([text.code, text.stderr], [0, '']);
  t.like(JSON.parse(await live.line('stdout', /"whole"/)), { event: 'whole', state: 'serving' });
  own.kill('SIGKILL');
  const isGone = /"change".*"kind":"worker","at":\d+,"event":"gone"/;
  await until('the end of the worker', () => isGone.test(live.stdout));
  broker.program.kill('SIGKILL');
  await until('the end of the broker', () => /^\{"event":"lost".*"why":/m.test(live.stdout));
  live.kill('SIGTERM');
  t.is((await live.ended).code, 0);
  const nobody = await run('latido', ['top', http]);
  t.regex(
    nobody.stderr,
    /^latido: no broker answers at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)/,
  );
  t.is(nobody.code, 1);
});

/** A test with a terminal of 80 by 24; without tmux it says that it was skipped. */
function terminalTest(title: string, act: (t: ExecutionContext) => Promise<void>): void {
  test.serial(title, async (t) => {
    if (hasTerminals) return act(t);
    t.log('skipped: tmux is not installed (Debian: tmux)');
    t.pass();
  });
}

terminalTest(
  'a killed worker is seen within a second, a killed broker too, and one that is back',
  async (t) => {
    const port = await freePort();
    const ports = ['--frontend=tcp://127.0.0.1:*', `--backend=tcp://127.0.0.1:${await freePort()}`];
    const start = async () => {
      const program = new Program('broker', [...ports, `--http=127.0.0.1:${port}`, '--json']);
      t.teardown(() => program.kill('SIGKILL'));
      return { program, ...JSON.parse(await program.line('stdout', /"ready"/)) };
    };
    const broker = await start();
    const a1 = await startTestWorker(broker.backend, '--type=A', '--name=a1');
    const a2 = await startTestWorker(broker.backend, '--type=A', '--name=a2');
    for (const each of [a1, a2]) t.teardown(() => each.kill('SIGKILL'));
    const terminal = await Terminal.open(['top', `--http=127.0.0.1:${port}`]);
    const first = await terminal.shows(/^✓ all is well\n[\s\S]*^a1 +A +alive[\s\S]*^a2 /m);
    const killed = performance.now();
    a1.kill('SIGKILL');
    const seen = await terminal.shows(
      /^! worker a1 is gone[\s\S]*^\d\d:\d\d:\d\d worker a1 is gone/m,
    );
    t.true(performance.now() - killed < 1000);
    for (const screen of [first, seen]) {
      t.true(screen.split('\n').every((line) => line.length <= 80));
      t.regex(screen.split('\n').at(-1)!, /^q quit /);
      t.is(screen.split('\n').length, 24);
    }
    broker.program.kill('SIGKILL');
    await terminal.shows(/^✗ no broker answers at 127\.0\.0\.1:\d+ since .*\n.* as it was at /);
    await start();
    await terminal.shows(/^(?!✗).*\n.*, serving, [\s\S]*^a2 +A +alive/m);
    t.false(terminal.written().includes('\n'));
    await terminal.press('C-c');
    t.is(await terminal.exitCode(), 0);
    t.true((await terminal.wrote(LEAVE)).endsWith(LEAVE));
    t.notRegex(await terminal.screen(), /q quit/);
  },
);

terminalTest('q leaves the terminal as it was, and so does SIGTERM', async (t) => {
  const ways = [
    (terminal: Terminal) => terminal.press('q'),
    async (terminal: Terminal) => void process.kill(await terminal.pid(), 'SIGTERM'),
  ];
  const http = `--http=127.0.0.1:${await freePort()}`;
  const leaves = ways.map(async (leave) => {
    const terminal = await Terminal.open(['top', http]);
    await terminal.shows(/^✗ no broker answers[\s\S]*\nq quit /);
    await leave(terminal);
    t.is(await terminal.exitCode(), 0);
    t.true((await terminal.wrote(LEAVE)).endsWith(LEAVE));
  });
  await Promise.all(leaves);
});
