import { Reader } from '../../../src/wire/reader.ts';
import { Flag, Tag, Verb } from '../../../src/wire/verbs.ts';

/** A record of a message, as far as a witness wants to know. */
export interface Heard {
  readonly verb: number;
  readonly flags: number;
  readonly status: number;
  readonly a: number;
  readonly b: number;
  /** The numbers of the fixed part of a DISPATCH, an OFFER or an ADOPT. */
  readonly fixed: readonly number[];
  /** Of an ANSWER, an OFFER and a CHAT its text, of a CLIENT its instance in hex. */
  readonly body: string;
  /** Options: of a kept job its id, its level and whether the call follows it; of an attempt its number and its fence. */
  id: string;
  level: number;
  follows: boolean;
  attempt: number;
  fence: number;
}

const NO_NUMBERS: readonly number[] = [];
const FIXED_NUMBERS = new Map<number, number>([
  [Verb.DISPATCH, 2],
  [Verb.OFFER, 2],
  [Verb.ADOPT, 3],
]);

/** The records of a native message that have one of these verbs. */
export function recordsIn(frames: Uint8Array[], verbs: ReadonlySet<number>): Heard[] {
  const reader = new Reader(frames);
  const records: Heard[] = [];
  while (reader.next()) if (verbs.has(reader.verb)) records.push(heard(reader));
  return records;
}

/** How many of what its receiver has said the message acknowledges. */
export function ackOf(frames: Uint8Array[]): number {
  return new Reader(frames).ack;
}

/** Whether it is of no session: its receiver heeds nothing in it but that it is to begin one. */
export function isOfNoSession(frames: Uint8Array[]): boolean {
  const { sessionHigh, sessionLow } = new Reader(frames);
  return sessionHigh === 0 && sessionLow === 0;
}

export function isEndedOffer(record: Heard): boolean {
  return (record.flags & Flag.ENDED) !== 0;
}

function heard(reader: Reader): Heard {
  const { verb, flags, status, a, b, fixedAt, view } = reader;
  const count = FIXED_NUMBERS.get(verb) ?? 0;
  const fixed =
    count === 0
      ? NO_NUMBERS
      : Array.from({ length: count }, (_, i) => view.getUint32(fixedAt + 4 * i, true));
  let body = '';
  if (verb === Verb.ANSWER || verb === Verb.OFFER || verb === Verb.CHAT) body = reader.bodyText();
  if (verb === Verb.CLIENT) body = Buffer.from(reader.bodyView()).toString('hex');
  const options = { id: '', level: 0, follows: false, attempt: 1, fence: -1 };
  const record = { verb, flags, status, a, b, fixed, body, ...options };
  if ((flags & Flag.OPTIONS) !== 0) readOptions(record, reader);
  return record;
}

function readOptions(record: Heard, reader: Reader): void {
  const { view } = reader;
  reader.options((tag, at, length) => {
    if (tag === Tag.ID) record.id = reader.text(at, length);
    else if (tag === Tag.LEVEL) record.level = view.getUint8(at);
    else if (tag === Tag.FOLLOW) record.follows = true;
    else if (tag === Tag.ATTEMPT) record.attempt = view.getUint16(at, true);
    else if (tag === Tag.FENCE) record.fence = Number(view.getBigUint64(at, true));
  });
}
