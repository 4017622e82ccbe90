/** Every error code of Latido with its sentence, once; docs/errors.md is made from this table. */

interface ErrorEntry {
  /** The number on the wire (REFUSE), or null when the code never travels as a refusal. */
  readonly wire: number | null;
  /** What happened, for people. */
  readonly sentence: string;
  /** What to do about it. */
  readonly remedy: string;
}

export const errorTable = {
  BUSY: {
    wire: 1,
    sentence: 'The broker has as many jobs or bytes waiting as it may hold.',
    remedy: 'Hand in fewer, add workers, or raise --waiting-jobs-max or --waiting-bytes-max.',
  },
  BODY_TOO_LARGE: {
    wire: 2,
    sentence: 'The body is larger than the broker takes.',
    remedy: 'Send less, send a reference to where it is, or raise --body-bytes-max.',
  },
  TYPES_MAX: {
    wire: 3,
    sentence: 'The broker knows as many types as it may and all of them are in use.',
    remedy: 'Check that type names are not made up per job, or raise --types-max.',
  },
  TYPE_INVALID: {
    wire: 4,
    sentence: 'A type is 1 to 64 bytes of printable characters without spaces at its ends.',
    remedy: 'Use a name like resize-image.',
  },
  TYPE_UNKNOWN: {
    wire: 5,
    sentence: 'The message uses a type number that was not declared in this session.',
    remedy: 'Declare every type with TYPE before its first SUBMIT.',
  },
  CLOSING: {
    wire: 6,
    sentence: 'The broker is going down and takes no more jobs.',
    remedy: 'Hand the job in again when the broker is back; the SDK does so by itself.',
  },
  CONNECTIONS_MAX: {
    wire: 7,
    sentence: 'The broker has as many connections as it may hold.',
    remedy: 'Close some, or raise --connections-max.',
  },
  MALFORMED: {
    wire: 8,
    sentence: 'The message does not follow the protocol.',
    remedy: 'Compare with docs/protocol.md.',
  },
  DISK_FULL: {
    wire: 9,
    sentence: 'The disk with the data directory is full: no job can be kept on it.',
    remedy: 'Make room: the broker takes durable jobs again by itself. Jobs at level memory go on.',
  },
  STORE_FAILED: {
    wire: 10,
    sentence: 'The store could not make the job durable; whether it is kept is not promised.',
    remedy: "Read the broker's log; it opens the store again by itself. Submit under the same id.",
  },
  NO_STORE: {
    wire: 11,
    sentence: 'The broker keeps no data, so it takes no job at level disk.',
    remedy: 'Start it without --memory, or submit at level memory.',
  },
  JOB_UNKNOWN: {
    wire: 12,
    sentence: 'The broker remembers no job of that id.',
    remedy: 'Check the id; answers are remembered for --keep-answers-ms.',
  },
  JOB_ENDED: {
    wire: 13,
    sentence: 'The job has ended already.',
    remedy: 'Ask for its answer.',
  },
  ID_EXPIRED: {
    wire: 14,
    sentence: 'The id is older than ids are remembered: the job may have been done and forgotten.',
    remedy: 'Submit it under a new id if it is to be done (again).',
  },
  ID_INVALID: {
    wire: 15,
    sentence:
      'An id is 1 to 128 bytes of printable characters without spaces; only generated ones begin with @.',
    remedy: 'Use an id like order-4711.',
  },
  KEY_INVALID: {
    wire: 16,
    sentence: 'An order key is 1 to 128 bytes of printable characters.',
    remedy: 'Use a key like account-42.',
  },
  JOB_OPEN: {
    wire: null,
    sentence: 'The job has not ended, or another that is known has its id.',
    remedy: 'Wait for its end, or cancel it.',
  },
  JOB_NOT_DEAD: {
    wire: null,
    sentence: 'The job is no dead letter.',
    remedy: 'See latido dead list; only jobs at level disk leave dead letters.',
  },
  DEADLINE_PASSED: {
    wire: null,
    sentence: 'The deadline of the job has passed: it may not be begun any more.',
    remedy: 'Drop it, or submit it anew under another id.',
  },
  FILE_EXISTS: {
    wire: null,
    sentence: 'The file is there already.',
    remedy: 'Name one that is not there yet.',
  },
  TOKEN_MISSING: {
    wire: null,
    sentence: 'Whoever changes something in a broker needs its admin token.',
    remedy:
      'Name its data directory with --data, or set LATIDO_ADMIN_TOKEN; a broker with --memory needs it set too.',
  },
  TOKEN_WRONG: {
    wire: null,
    sentence: 'The admin token is not that of this broker.',
    remedy: 'See that --data, or LATIDO_ADMIN_TOKEN, and --http are of the same broker.',
  },
  DATA_IN_USE: {
    wire: null,
    sentence: 'Another broker has the data directory.',
    remedy: 'Stop it, or give this one a directory of its own with --data.',
  },
  DATA_DAMAGED: {
    wire: null,
    sentence: 'The data directory does not hold what was promised to be in it.',
    remedy: 'See docs/operating.md, Recovery: the message names the file.',
  },
  DATA_NEWER: {
    wire: null,
    sentence: 'The data directory was written by a newer version.',
    remedy: 'Use that version or a newer one.',
  },
  FAILED: {
    wire: null,
    sentence: 'The handler threw.',
    remedy: "Read the message: it is the handler's own.",
  },
  ATTEMPTS_EXHAUSTED: {
    wire: null,
    sentence: 'Every attempt at the job was lost.',
    remedy: 'Read the causes: each of the last 32 attempts has its worker and why it was given up.',
  },
  CANCELLED: {
    wire: null,
    sentence: 'The job was cancelled.',
    remedy: 'Nothing: somebody asked for it.',
  },
  EXPIRED: {
    wire: null,
    sentence: 'No answer came within the time given to the call.',
    remedy: 'Give it longer (timeoutMs), or see with latido status whether workers serve its type.',
  },
  CLOSED: {
    wire: null,
    sentence: 'The client was closed before the answer came.',
    remedy: 'Await your calls before close().',
  },
  CHANNEL_INVALID: {
    wire: 26,
    sentence: 'A name of a channel is 1 to 128 bytes of printable characters.',
    remedy: 'Choose another name.',
  },
  CHANNEL_RESERVED: {
    wire: 27,
    sentence: 'Channels of that name belong to the chat.',
    remedy: 'Choose another name, or join the room with client.chat().',
  },
  CHANNELS_MAX: {
    wire: 28,
    sentence: 'The broker has as many channels as it may have.',
    remedy: 'End subscriptions that nobody needs, or raise --channels-max.',
  },
  TYPE_DRAINING: {
    wire: 29,
    sentence: 'Jobs of this type are not taken now: somebody has drained it.',
    remedy: 'Hand the job in later; latido types resume TYPE opens it again.',
  },
  WORKER_UNKNOWN: {
    wire: null,
    sentence: 'The broker knows no such worker, or not any more.',
    remedy: 'See latido workers list.',
  },
  NO_BROKER: {
    wire: null,
    sentence: 'No broker answered at the address in the time given.',
    remedy: 'Start one with: npx broker. Or check the address.',
  },
  OPTION_INVALID: {
    wire: null,
    sentence: 'An option has a value it cannot have.',
    remedy: 'The message names the option and the value.',
  },
  HANDLER_INVALID: {
    wire: null,
    sentence: 'A handler module could not be loaded or exports no handler for the type.',
    remedy: 'Export a function as default, or one named like the type.',
  },
  ADDRESS_IN_USE: {
    wire: null,
    sentence: 'Another program listens on the address.',
    remedy: 'Stop it, or choose another port.',
  },
  INSECURE_BIND: {
    wire: null,
    sentence:
      'The address can be reached from other machines, and peers are not asked who they are.',
    remedy: 'Bind to 127.0.0.1, or accept the risk with --insecure.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;

/** The one class of errors that Latido throws: `code` says which, `details` what more is known. */
export class LatidoError extends Error {
  readonly code: ErrorCode | (string & {});
  readonly details: unknown;

  constructor(code: ErrorCode | (string & {}), message?: string, details?: unknown) {
    super(message ?? sentenceOf(code));
    this.name = 'LatidoError';
    this.code = code;
    this.details = details;
  }
}

const byNumber = new Map<number, ErrorCode>(
  Object.entries(errorTable).flatMap(([code, entry]) =>
    entry.wire === null ? [] : [[entry.wire, code as ErrorCode] as const],
  ),
);

/** The code that a REFUSE record's number stands for; MALFORMED for a number unknown here. */
export function codeOf(wire: number): ErrorCode {
  return byNumber.get(wire) ?? 'MALFORMED';
}

/** The number of a code in a REFUSE record. */
export function wireOf(code: ErrorCode): number {
  return errorTable[code].wire ?? errorTable.MALFORMED.wire;
}

/** The sentence of a code, or the code itself when it is a user's own. */
export function sentenceOf(code: string): string {
  return code in errorTable ? errorTable[code as ErrorCode].sentence : code;
}
