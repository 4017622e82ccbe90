import { readFileSync } from 'node:fs';

/** What can happen to a file, by the numbers of shim.c. */
export const Op = {
  OPEN: 1,
  CLOSE: 2,
  WRITE: 3,
  TRUNCATE: 4,
  FLUSH: 5,
  UNLINK: 6,
  RENAME: 7,
  LINK: 8,
  MKDIR: 9,
  MARK: 10,
  FLUSH_FAILED: 11,
} as const;

/** One thing that a process did to its files. */
export interface DiskEvent {
  readonly op: number;
  /** Names the open file, in all processes that were recorded. */
  readonly handle: string;
  /** Where was written, or the size that was cut to. */
  readonly offset: number;
  /** One path, or two. */
  readonly paths: readonly string[];
  readonly creates: boolean;
  readonly cuts: boolean;
  readonly bytes: Buffer;
}

const HEADER = 32;
const O_CREAT = 0o100;
const O_TRUNC = 0o1000;

/** What shim.c has put down, in the order in which it happened. */
export function readRecording(file: string): DiskEvent[] {
  const all = readFileSync(file);
  const events: DiskEvent[] = [];
  for (let at = 0; at < all.length; at += all.readUInt32LE(at)) {
    const end = at + all.readUInt32LE(at);
    const named = all.readUInt32LE(at + 24);
    const flags = all.readUInt32LE(at + 28);
    events.push({
      op: all.readUInt32LE(at + 4),
      handle: `${all.readInt32LE(at + 8)}:${all.readInt32LE(at + 12)}`,
      offset: Number(all.readBigUInt64LE(at + 16)),
      paths: all.toString('utf8', at + HEADER, at + HEADER + named).split('\n'),
      creates: (flags & O_CREAT) !== 0,
      cuts: (flags & O_TRUNC) !== 0,
      bytes: all.subarray(at + HEADER + named, end),
    });
  }
  return events;
}
