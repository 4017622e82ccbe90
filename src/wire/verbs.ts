/** The numbers of the native protocol, as docs/protocol.md lists them. */

/** "LTD" and version 1, read as a little-endian u32. */
export const MAGIC = 0x0144544c;
export const HEADER_BYTES = 16;
export const RECORD_BYTES = 16;
/** A body longer than this travels in a frame of its own. */
export const INLINE_BYTES_MAX = 16 * 1024;
/** A batch is sent when it is this long, and another begun. */
export const BATCH_BYTES_MAX = 256 * 1024;
/** `a` of a REFUSE that speaks of the session and not of a call. */
export const NO_CALL = 0xffffffff;

/** An order to the chat is not longer. */
export const ORDER_BYTES_MAX = 64 * 1024;

export const Verb = {
  HELLO: 1,
  READY: 2,
  WELCOME: 3,
  WHO: 4,
  BYE: 5,
  TYPE: 6,
  SUBMIT: 7,
  CANCEL: 8,
  RESUMED: 9,
  ACCEPT: 10,
  DISPATCH: 11,
  CLIENT: 12,
  ANSWER: 13,
  PART: 14,
  REFUSE: 15,
  OFFER: 16,
  ADOPT: 17,
  STALE: 18,
  REPORT: 19,
  LEAVE: 20,
  RETURN: 21,
  CLOSING: 22,
  ATTACH: 23,
  REVOKE: 24,
  SUBSCRIBE: 25,
  DELIVER: 26,
  CHAT: 27,
} as const;

/** Bytes between a record's header and its options. */
export const FIXED_BYTES: readonly number[] = Array.from({ length: 32 }, (_, verb) =>
  verb === Verb.DISPATCH
    ? 8
    : verb === Verb.OFFER
      ? 28
      : verb === Verb.ADOPT || verb === Verb.DELIVER
        ? 16
        : 0,
);

export const Flag = {
  OPTIONS: 1,
  FRAME: 2,
  /** SUBMIT */
  REPEAT: 4,
  ACCEPT: 8,
  /** DISPATCH */
  ALONE: 4,
  /** PART */
  PROGRESS: 4,
  /** OFFER: what has ended had started. */
  STARTED: 4,
  ENDED: 8,
  /** ANSWER, B→C: of a job with an id, and in no ack. */
  KEPT: 4,
  /** ANSWER, W→B, and OFFER that has ENDED: do not try again. */
  PERMANENT: 4,
  /** ACCEPT of a SUBSCRIBE: something of what is asked for is not remembered. */
  MISSED: 4,
} as const;

export const Tag = {
  INSTANCE: 1,
  NAME: 2,
  HOST: 3,
  PID: 4,
  TYPE: 5,
  PRIORITY: 6,
  EXPIRES: 7,
  ATTEMPT: 8,
  ID: 9,
  LEVEL: 10,
  DELAY: 11,
  AT: 12,
  DEADLINE: 13,
  ATTEMPTS: 14,
  BACKOFF: 15,
  KEY: 16,
  FOLLOW: 17,
  FENCE: 18,
  CHANNEL: 19,
  SINCE: 20,
  PUBLISHED: 21,
  TRACE: 22,
  TRACE_STATE: 23,
} as const;

/** How safe an accepted job is. */
export const Level = { MEMORY: 0, DISK: 1 } as const;
export type Level = (typeof Level)[keyof typeof Level];

export const Status = { OK: 0, FAILED: 1, DEAD: 2, CANCELLED: 3, EXPIRED: 4 } as const;
export type Status = (typeof Status)[keyof typeof Status];
