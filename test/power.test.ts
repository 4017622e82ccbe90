import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { checkStore } from '../src/store/check.ts';
import { Books } from './support/disk/books.ts';
import { type Cut, cutsOf, withoutFlush } from './support/disk/cuts.ts';
import { inspect, restore } from './support/disk/inspection.ts';
import { type DiskEvent, Op, readRecording } from './support/disk/recording.ts';
import { canWatch, Shim } from './support/disk/shim.ts';
import { SimDisk } from './support/disk/sim-disk.ts';
import { Worn } from './support/disk/worn.ts';
import { Random } from './support/random.ts';

const IMAGES = Number(process.env.LATIDO_POWER_IMAGES ?? 500);
const PERCENT = 40;
/** A check has to find every so many images whole, before anything is opened. */
const CHECKED = 8;
const LIVES = ['0', '1', '2'];
const WRITING = fileURLToPath(new URL('./support/disk/writing.ts', import.meta.url));

/** Where memory is a disk, nobody waits for images. */
const place = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'latido-power-'));
process.on('exit', () => rmSync(place, { recursive: true, force: true }));
const data = join(place, 'data');

/** What a process did to its files in its lives, and the files after that. */
interface Recorded {
  readonly events: readonly DiskEvent[];
  readonly left: ReadonlyMap<string, Buffer>;
}

let shim: Shim | null = null;

/** Lets processes write to the place, one after the other. */
function record(lives: readonly string[]): Recorded {
  shim ??= new Shim();
  shim.forget();
  for (const life of lives) {
    const { status, signal, stderr } = spawnSync(
      process.execPath,
      [WRITING, data, shim.marks, life],
      {
        env: { ...process.env, ...shim.recording(place) },
        encoding: 'utf8',
      },
    );
    if (status !== 0 && signal !== 'SIGKILL') throw new Error(stderr);
  }
  const left = new Map<string, Buffer>();
  for (const name of readdirSync(data)) left.set(join(data, name), readFileSync(join(data, name)));
  const events = readRecording(shim.log);
  return { events, left };
}

let recorded: Recorded | null = null;

/** A test of what was recorded, where that can be done. */
function tested(title: string, body: (t: ExecutionContext, all: Recorded) => void): void {
  test.serial(title, (t) => {
    t.timeout(600_000);
    if (!canWatch()) {
      t.log('skipped: the power is cut only where there are Linux and gcc');
      t.pass();
      return;
    }
    recorded ??= record(LIVES);
    body(t, recorded);
  });
}

function wrongOf({ image }: Cut, books: Books): string | null {
  restore(image, place);
  return inspect(data, books);
}

/** What a check finds where there is something to be checked. */
function foundIn({ image }: Cut): string | null {
  if (!image.has(join(data, 'STATE'))) return null;
  restore(image, place);
  return checkStore(data).problems[0] ?? null;
}

tested('the recorder sees all that a store does to its files', (t, { events, left }) => {
  const disk = new SimDisk(place);
  for (const event of events) if (event.op !== Op.MARK) disk.feed(event);
  for (const [name, bytes] of left) {
    const seen = disk.seen(name);
    if (!name.endsWith('LOCK')) t.true(seen?.equals(bytes), name);
  }
});

tested(
  `what was said to be durable is there after a power cut at any instant (${IMAGES} images)`,
  (t, { events }) => {
    let images = 0;
    for (let seed = 1; images < IMAGES; seed += 1) {
      const books = new Books();
      const disk = new SimDisk(place);
      for (const cut of cutsOf(events, disk, books, new Random(seed), PERCENT)) {
        if (images === IMAGES) break;
        images += 1;
        const wrong = (images % CHECKED === 0 ? foundIn(cut) : null) ?? wrongOf(cut, books);
        if (wrong !== null) t.fail(`seed ${seed}, event ${cut.at}: ${wrong}`);
      }
    }
    t.is(images, IMAGES);
  },
);

tested('a power cut while the store comes back from a power cut loses nothing either', (t, all) => {
  const random = new Random(7);
  const books = new Books();
  const cuts = cutsOf(all.events, new SimDisk(place), books, random, 0);
  let [seen, images] = [0, 0];
  for (const first of cuts) {
    seen += 1;
    if (seen % 100 !== 0) continue;
    restore(first.image, place);
    const { events } = record(['3']);
    const again = new SimDisk(place, first.image);
    for (const cut of cutsOf(events, again, new Books(), random, 20)) {
      images += 1;
      const wrong = wrongOf(cut, books);
      if (wrong !== null) t.fail(`event ${first.at}, then ${cut.at}: ${wrong}`);
    }
  }
  t.true(images > 50);
});

test.serial(
  'a backup that is put in place is a store after any power cut, and nothing else',
  async (t) => {
    t.timeout(600_000);
    if (!canWatch()) {
      t.log('skipped: the power is cut only where there are Linux and gcc');
      t.pass();
      return;
    }
    const worn = new Worn(t);
    const before = new Map([[join(data, 'latido.db'), await worn.backup()]]);
    restore(before, place);
    const { events } = record(['3']);
    const cuts = cutsOf(events, new SimDisk(place, before), new Books(), new Random(3), 70);
    let images = 0;
    for (const { at, image } of cuts) {
      images += 1;
      restore(image, place);
      const wrong = worn.wrongIn(data);
      if (wrong !== null) t.fail(`event ${at}: ${wrong}`);
    }
    t.true(images > 50);
  },
);

for (const [what, name] of [
  ['its log', /-wal(?:\.part)?$/],
  ['its database', /latido\.db$/],
  ['STATE', /STATE\.part$/],
  ['its directory', /data$/],
  ['the directory above', /power-\w+$/],
] as const)
  tested(`a store that did not flush ${what} is found out`, (t, { events }) => {
    const unsafe = withoutFlush(events, (path) => name.test(path));
    for (let seed = 1; seed < 6; seed += 1) {
      const books = new Books();
      for (const cut of cutsOf(unsafe, new SimDisk(place), books, new Random(seed), 5))
        if (wrongOf(cut, books) !== null) {
          t.pass();
          return;
        }
    }
    t.fail('nothing was wrong');
  });
