/**
 * A client of bare records: it hands in very many jobs at once and keeps nothing of them, so that
 * a million waiting jobs are no burden to it. With `refill` it hands in one job for each that is
 * answered, so that as many stay with the broker.
 */

import { randomBytes } from 'node:crypto';
import { Dealer } from 'zeromq';
import { Ulids } from '../src/client/ulid.ts';
import { Batch, NO_SESSION } from '../src/wire/batch.ts';
import { encodeOptions, textItem } from '../src/wire/items.ts';
import { Reader } from '../src/wire/reader.ts';
import { Flag, Level, Tag, Verb } from '../src/wire/verbs.ts';
import { settings, tell } from './leash.ts';

export interface FillerSettings {
  readonly address: string;
  /** How many to begin with; a message `fill` asks for more. */
  readonly jobs: number;
  readonly bodyBytes: number;
  readonly refill: boolean;
  /** At level disk it says `filled` when all have been accepted. */
  readonly level: 'memory' | 'disk';
  readonly type: string;
}

/** Jobs handed in between two looks at what the broker says. */
const SLICE_JOBS = 4096;
/** Jobs at level disk that may be on their way to it. */
const UNACCEPTED_MAX = 32_768;
const ID_BYTES = 27;

const { address, jobs, bodyBytes, refill, level, type } = settings<FillerSettings>();
const socket = new Dealer({ linger: 0, sendHighWaterMark: 0, receiveHighWaterMark: 0 });
const batch = new Batch();
const body = Buffer.alloc(bodyBytes, 'latido');
const ulids = new Ulids();
const options = encodeOptions([
  [Tag.LEVEL, Buffer.of(Level.DISK)],
  textItem(Tag.ID, '@'.padEnd(ID_BYTES, '0')),
]);
let session = NO_SESSION;
let lastCall = 0;
let answers = 0;
let owed = jobs;
let unaccepted = 0;
let sending = true;

process.on('message', (message: { kind: string; jobs?: number }) => {
  if (message.kind === 'count') tell({ kind: 'count', answers });
  if (message.kind !== 'fill') return;
  owed += message.jobs!;
  if (!sending) void submitOwed();
});
socket.connect(address);
batch.begin(Verb.HELLO, 1, 0, 0, 0);
batch.raw(encodeOptions([[Tag.INSTANCE, randomBytes(16)]]));
await flush();
for await (const frames of socket) {
  const reader = new Reader(frames);
  while (reader.next()) take(reader);
  if (!sending) void submitOwed();
}

function take(reader: Reader): void {
  if (reader.verb === Verb.WELCOME) begin(reader);
  else if (reader.verb === Verb.ACCEPT) {
    if (--unaccepted === 0 && owed === 0) tell({ kind: 'filled' });
  } else if (reader.verb === Verb.ANSWER) {
    answers++;
    if (refill) owed++;
  } else if (reader.verb === Verb.REFUSE) {
    throw new Error(`the broker refused: ${reader.bodyText()}`);
  }
}

function begin(reader: Reader): void {
  session = { low: reader.sessionLow, high: reader.sessionHigh };
  const name = Buffer.from(type);
  batch.begin(Verb.TYPE, 0, 0, 0, 0);
  batch.body(name, 0, name.length);
  sending = false;
}

async function submitOwed(): Promise<void> {
  sending = true;
  while (owed > 0 && unaccepted < UNACCEPTED_MAX) {
    const slice = Math.min(owed, SLICE_JOBS);
    owed -= slice;
    for (let i = 0; i < slice; i++) submit();
    await flush();
  }
  sending = false;
}

function submit(): void {
  if (level === 'disk') {
    unaccepted++;
    options.write(ulids.next(Date.now()), options.length - ID_BYTES + 1, 'latin1');
    batch.begin(Verb.SUBMIT, Flag.OPTIONS | Flag.ACCEPT, 0, ++lastCall, 0);
    batch.raw(options);
  } else batch.begin(Verb.SUBMIT, 0, 0, ++lastCall, 0);
  batch.body(body, 0, body.length);
}

async function flush(): Promise<void> {
  for (const message of batch.take(session, answers)) await socket.send(message);
}
