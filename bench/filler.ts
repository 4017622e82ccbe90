/**
 * A client of bare records: it hands in very many jobs at once and keeps nothing of them, so that
 * a million waiting jobs are no burden to it. With `refill` it hands in one job for each that is
 * answered, so that as many stay with the broker.
 */

import { randomBytes } from 'node:crypto';
import { Dealer } from 'zeromq';
import { Batch, NO_SESSION } from '../src/wire/batch.ts';
import { encodeOptions } from '../src/wire/items.ts';
import { Reader } from '../src/wire/reader.ts';
import { Tag, Verb } from '../src/wire/verbs.ts';
import { settings, tell } from './leash.ts';

export interface FillerSettings {
  readonly address: string;
  readonly jobs: number;
  readonly bodyBytes: number;
  readonly refill: boolean;
}

/** Jobs handed in between two looks at what the broker says. */
const SLICE_JOBS = 4096;

const { address, jobs, bodyBytes, refill } = settings<FillerSettings>();
const socket = new Dealer({ linger: 0, sendHighWaterMark: 0, receiveHighWaterMark: 0 });
const batch = new Batch();
const body = Buffer.alloc(bodyBytes, 'latido');
let session = NO_SESSION;
let lastCall = 0;
let answers = 0;
let owed = 0;
let sending = false;

process.on('message', (message: { kind: string }) => {
  if (message.kind === 'count') tell({ kind: 'count', answers });
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
  else if (reader.verb === Verb.ANSWER) {
    answers++;
    if (refill) owed++;
  } else if (reader.verb === Verb.REFUSE) {
    throw new Error(`the broker refused: ${reader.bodyText()}`);
  }
}

function begin(reader: Reader): void {
  session = { low: reader.sessionLow, high: reader.sessionHigh };
  const name = Buffer.from('echo');
  batch.begin(Verb.TYPE, 0, 0, 0, 0);
  batch.body(name, 0, name.length);
  owed = jobs;
}

async function submitOwed(): Promise<void> {
  sending = true;
  while (owed > 0) {
    const slice = Math.min(owed, SLICE_JOBS);
    owed -= slice;
    for (let i = 0; i < slice; i++) {
      batch.begin(Verb.SUBMIT, 0, 0, ++lastCall, 0);
      batch.body(body, 0, body.length);
    }
    await flush();
  }
  sending = false;
}

async function flush(): Promise<void> {
  for (const message of batch.take(session, answers)) await socket.send(message);
}
