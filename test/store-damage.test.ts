import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import { checkStore } from '../src/store/check.ts';
import { scanWal } from '../src/store/disk/wal-scan.ts';
import { imageOf, outcome, unclean } from './support/store/images.ts';

test('what a power cut leaves of a commit is cut off; what was durable before it is there', (t) => {
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
});

test('a bit that flips in the log is damage and not a torn tail', (t) => {
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

test('a file that is missing or cut is noticed, or nothing was lost with it', (t) => {
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

test('a database that is changed or cut after a clean end is refused, or nothing of its jobs is lost', (t) => {
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
});

test('a store that a newer version has written is refused, and named', (t) => {
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
