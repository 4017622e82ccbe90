import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type ExecutionContext } from 'ava';
import { checkStore } from '../src/store/check.ts';
import { scanWal } from '../src/store/disk/wal-scan.ts';
import { readOnlyCopy } from './support/disk/small-disk.ts';
import { Worn } from './support/disk/worn.ts';
import { run, startTestBroker } from './support/programs.ts';
import { Random } from './support/random.ts';
import { imageOf, outcome, unclean } from './support/store/images.ts';

test.serial(
  'what a power cut leaves of a commit is cut off; what was durable before it is there',
  (t) => {
    const image = unclean(t);
    t.is(outcome(imageOf(image, 'whole')), 60);
    const wal = readFileSync(join(image, 'latido.db-wal'));
    const { end } = scanWal(wal);
    for (const [name, from, to] of [
      ['none', end - 8000, end],
      ['half', end - 3000, end],
      ['header', end - 8216, end - 8200],
    ] as const) {
      const copy = imageOf(image, name);
      const torn = Buffer.from(wal).fill(0, from, to);
      writeFileSync(join(copy, 'latido.db-wal'), torn);
      t.is(outcome(copy), 59, name);
    }
  },
);

test.serial('a bit that flips in the log is damage and not a torn tail', (t) => {
  const image = unclean(t);
  const wal = readFileSync(join(image, 'latido.db-wal'));
  const { end } = scanWal(wal);
  const frame = 24 + 8192;
  for (let at = 5; at < end - 2 * frame; at += Math.ceil(end / 20)) {
    const copy = imageOf(image, 'flip');
    const flipped = Buffer.from(wal);
    flipped[at]! ^= 1 << (at % 8);
    writeFileSync(join(copy, 'latido.db-wal'), flipped);
    t.is(outcome(copy), 'DATA_DAMAGED latido.db-wal', `byte ${at}`);
    t.false(checkStore(copy).ok);
  }
});

test.serial('a file that is missing or cut is noticed, or nothing was lost with it', (t) => {
  const image = unclean(t);
  const cases: [string, (place: string) => void, number | string][] = [
    ['log', (place) => rmSync(join(place, 'latido.db-wal')), 60],
    [
      'logs',
      (place) => {
        rmSync(join(place, 'latido.db-wal'));
        rmSync(join(place, 'latido.db-log'));
      },
      'DATA_DAMAGED latido.db-wal',
    ],
    ['empty', (place) => truncateSync(join(place, 'latido.db-wal')), 'DATA_DAMAGED latido.db-wal'],
    [
      'cut',
      (place) => truncateSync(join(place, 'latido.db-wal'), 100_000),
      'DATA_DAMAGED latido.db-wal',
    ],
    ['database', (place) => rmSync(join(place, 'latido.db')), 'DATA_DAMAGED latido.db'],
    ['state', (place) => rmSync(join(place, 'STATE')), 'DATA_DAMAGED STATE'],
    [
      'both',
      (place) => {
        rmSync(join(place, 'STATE'));
        rmSync(join(place, 'latido.db'));
      },
      'DATA_DAMAGED latido.db',
    ],
    ['garbage', (place) => writeFileSync(join(place, 'STATE'), 'hello'), 'DATA_DAMAGED STATE'],
  ];
  for (const [name, harm, expected] of cases) {
    const copy = imageOf(image, name);
    harm(copy);
    t.is(outcome(copy), expected, name);
  }
});

test.serial(
  'a database that is changed or cut after a clean end is refused, or nothing of its jobs is lost',
  (t) => {
    const image = unclean(t);
    t.is(outcome(image), 60);
    const db = readFileSync(join(image, 'latido.db'));
    for (let at = 17; at < db.length; at += Math.ceil(db.length / 25)) {
      const copy = imageOf(image, 'flip');
      const flipped = Buffer.from(db);
      flipped[at]! ^= 1 << (at % 8);
      writeFileSync(join(copy, 'latido.db'), flipped);
      const seen = outcome(copy);
      t.true(seen === 60 || /^DATA_(?:DAMAGED|NEWER)/.test(String(seen)), `byte ${at}: ${seen}`);
    }
    const copy = imageOf(image, 'cut');
    truncateSync(join(copy, 'latido.db'), db.length - 8192);
    t.regex(String(outcome(copy)), /^DATA_DAMAGED latido.db|^60$/);
  },
);

test.serial(
  'a commit that is missing in the database, in the middle or at the end, is damage',
  (t) => {
    const image = unclean(t);
    t.is(outcome(image), 60);
    for (const [name, missing] of [
      ['middle', 'seq = 30'],
      ['end', 'seq > 50'],
    ] as const) {
      const copy = imageOf(image, name);
      const db = new DatabaseSync(join(copy, 'latido.db'));
      t.true(Number(db.prepare(`DELETE FROM journal WHERE ${missing}`).run().changes) > 0);
      db.close();
      t.is(outcome(copy), 'DATA_DAMAGED latido.db', name);
    }
  },
);

test.serial('a store that a newer version has written is refused, and named', (t) => {
  const image = unclean(t);
  outcome(image);
  const file = join(image, 'latido.db');
  const db = new DatabaseSync(file);
  db.exec('PRAGMA user_version = 2');
  db.close();
  const before = readFileSync(file);
  t.is(outcome(image), 'DATA_NEWER latido.db');
  t.deepEqual(readFileSync(file), before);
  t.false(existsSync(`${file}-wal`));
});

test.serial(
  'a frame of which a sector is older is what a power cut leaves of the last commit',
  (t) => {
    const log = readFileSync(join(new Worn(t).unclean, 'latido.db-wal'));
    const frame = 24 + log.readUInt32BE(8);
    const endsCommit = (at: number) => log.readUInt32BE(at + 4) !== 0;
    let seen = 0;
    for (let at = 32; at < scanWal(log).end; at += frame) {
      // Which page it is and whether it ends a commit stands in one sector, and all else that it says in the next.
      if (at % 512 !== 504 || endsCommit(at)) continue;
      let last = at;
      while (!endsCommit(last)) last += frame;
      const torn = Buffer.from(log).fill(0, last + frame);
      torn.writeUInt32BE(1, at + 4);
      t.is(scanWal(torn).damagedAt, null, `frame at ${at}`);
      seen += 1;
    }
    t.true(seen > 0);
  },
);

/** Where the frames of the last commit of a log begin, and where they end. */
function lastCommit(log: Buffer): { from: number; end: number } {
  const { end } = scanWal(log);
  const frame = 24 + log.readUInt32BE(8);
  let from = 32;
  for (let at = 32; at < end - frame; at += frame)
    if (log.readUInt32BE(at + 4) !== 0) from = at + frame;
  return { from, end };
}

/** What is wrong is refused with its file and what to do, or found by a check; never less than there was in silence. */
function told(t: ExecutionContext, worn: Worn, place: string, isLast: boolean, what: string): void {
  const { ok } = checkStore(place);
  const wrong = worn.wrongIn(place, isLast);
  if (wrong === null) return;
  t.true(!ok || isLast, `a check finds nothing: ${what}: ${wrong}`);
  if (/^job \d+ is wrong|answers are missing/.test(wrong)) return;
  const refusal =
    /^it (?:does not open|cannot be read): DATA_(?:DAMAGED|NEWER) .*\/(?:latido|STATE).*another directory with --data/;
  t.regex(wrong, refusal, what);
}

test.serial('bits that flip anywhere in a log or a database take nothing away in silence', (t) => {
  t.timeout(120_000);
  const worn = new Worn(t);
  const random = new Random(11);
  for (const [from, name, count] of [
    [worn.unclean, 'latido.db-wal', 120],
    [worn.unclean, 'latido.db', 60],
    [worn.clean, 'latido.db', 120],
  ] as const) {
    const bytes = readFileSync(join(from, name));
    const log = name === 'latido.db-wal' ? lastCommit(bytes) : null;
    for (let i = 0; i < count; i += 1) {
      const at = random.below(log?.end ?? bytes.length);
      const flipped = Buffer.from(bytes);
      flipped[at]! ^= 1 << random.below(8);
      const place = worn.copyOf(from);
      writeFileSync(join(place, name), flipped);
      told(t, worn, place, log !== null && at >= log.from, `${name} byte ${at}`);
    }
  }
});

test.serial('a log or a database that is cut anywhere takes nothing away in silence', (t) => {
  t.timeout(120_000);
  const worn = new Worn(t);
  const random = new Random(12);
  for (const [from, name] of [
    [worn.unclean, 'latido.db-wal'],
    [worn.unclean, 'latido.db'],
    [worn.clean, 'latido.db'],
  ] as const) {
    const { length } = readFileSync(join(from, name));
    for (let i = 0; i < 20; i += 1) {
      const size = random.below(length);
      const place = worn.copyOf(from);
      truncateSync(join(place, name), size);
      told(t, worn, place, false, `${name} with ${size} bytes`);
    }
  }
});

/** A broker that cannot have its data directory ends with 1 and says what, and what to do; so does a check. */
async function refused(t: ExecutionContext, data: string, says: RegExp, checks: RegExp | null) {
  const free = ['--frontend=tcp://127.0.0.1:*', '--backend=tcp://127.0.0.1:*', '--http=off'];
  const [broker, check] = await Promise.all([
    run('broker', [...free, '--memory=false', `--data=${data}`]),
    checks === null ? null : run('latido', ['store', 'check', `--data=${data}`]),
  ]);
  t.is(broker.code, 1);
  t.is(broker.stdout, '');
  t.regex(broker.stderr, says);
  t.regex(broker.stderr, /with --data/);
  t.notRegex(broker.stderr, /\n\s+at /);
  if (check === null || checks === null) return;
  t.is(check.code, 1);
  t.regex(check.stdout + check.stderr, checks);
}

test('a broker that cannot trust its data directory says which file it is and what to do', async (t) => {
  const image = unclean(t);
  const wal = readFileSync(join(image, 'latido.db-wal'));
  const harmed = (name: string, harm: (place: string) => void) => {
    const place = imageOf(image, name);
    harm(place);
    return place;
  };
  const flip = (place: string) => {
    const flipped = Buffer.from(wal);
    flipped[100_000]! ^= 4;
    writeFileSync(join(place, 'latido.db-wal'), flipped);
  };
  const flipped = harmed('flipped', flip);
  await refused(t, flipped, /latido\.db-wal is damaged at byte \d+/, /is damaged at byte/);
  t.is(
    Buffer.compare(
      readFileSync(join(flipped, 'latido.db')),
      readFileSync(join(image, 'latido.db')),
    ),
    0,
  );
  const cut = harmed('cut', (place) => truncateSync(join(place, 'latido.db-wal'), 300_000));
  await refused(t, cut, /latido\.db-wal has been cut/, /has been cut/);
  const gone = harmed('gone', (place) => rmSync(join(place, 'latido.db')));
  await refused(t, gone, /latido\.db is missing/, /latido\.db is missing/);
  const unsaid = harmed('unsaid', (place) => rmSync(join(place, 'STATE')));
  await refused(t, unsaid, /STATE is missing/, /STATE is missing/);
  const newer = harmed('newer', (place) =>
    writeFileSync(join(place, 'STATE'), '{"format":2,"state":"clean","instance":"x"}\n'),
  );
  await refused(t, newer, /STATE was written by a newer version/, /newer version/);
  const file = `${image}-file`;
  writeFileSync(file, 'not a directory');
  await refused(t, file, /is not a directory/, /holds no store/);
});

test('a data directory that another broker has, or that cannot be written to, is refused', async (t) => {
  const image = unclean(t);
  const { program } = await startTestBroker('--memory=false', `--data=${image}`);
  t.teardown(() => program.kill('SIGKILL'));
  await refused(t, image, /Another broker has the data directory/, /Another broker has/);
  program.kill('SIGKILL');
  await program.ended;
  const fixed = readOnlyCopy(t, image);
  if (fixed === null) t.log('skipped: no disk can be mounted here');
  else await refused(t, fixed, /read-only/, null);
});
