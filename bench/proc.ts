/** What the kernel knows of processes and files: Linux only. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The kernel's clock for CPU times; 100 on every Linux that is in use. */
const TICKS_PER_SECOND = 100;
const USER_TICKS_FIELD = 11;
/** What `stat` counts in, whatever the file system's own blocks are. */
const BLOCK_BYTES = 512;

/** CPU seconds that the process has used, in all its threads, in user and kernel mode. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (
    (Number(fields[USER_TICKS_FIELD]) + Number(fields[USER_TICKS_FIELD + 1])) / TICKS_PER_SECOND
  );
}

/** Bytes of the process in memory. */
export function residentBytes(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  return Number(match?.[1]) * 1024;
}

/** Bytes that the files of a directory take on its disk; a file with two names takes them once. */
export function diskBytes(directory: string): number {
  const byFile = new Map<number, number>();
  for (const name of readdirSync(directory)) {
    const stats = statSync(join(directory, name), { throwIfNoEntry: false });
    if (stats !== undefined) byFile.set(stats.ino, stats.blocks * BLOCK_BYTES);
  }
  return [...byFile.values()].reduce((sum, bytes) => sum + bytes, 0);
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
