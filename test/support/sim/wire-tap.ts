import { Reader } from '../../../src/wire/reader.ts';
import { Flag, Verb } from '../../../src/wire/verbs.ts';

/** A record of a message, as far as a witness wants to know. */
export interface Heard {
  readonly verb: number;
  readonly flags: number;
  readonly status: number;
  readonly a: number;
  readonly b: number;
  /** The numbers of the fixed part of a DISPATCH, an OFFER or an ADOPT. */
  readonly fixed: readonly number[];
  /** Of an ANSWER its text, of a CLIENT its instance in hex. */
  readonly body: string;
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
  if (verb === Verb.ANSWER) body = reader.bodyText();
  if (verb === Verb.CLIENT) body = Buffer.from(reader.bodyView()).toString('hex');
  return { verb, flags, status, a, b, fixed, body };
}
