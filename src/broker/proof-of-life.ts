import { readFileSync, readlinkSync } from 'node:fs';
import type { ProcessClaim } from '../wire/door.ts';

/** PF_EXITING in the flags of /proc/PID/stat: the process is on its way out. */
const EXITING = 0x4;

/**
 * Where a process id means what it means here: this boot of this machine, in this pid namespace. Null where that cannot be
 * told; then nobody's life can be proved.
 */
export function hostHere(): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return null;
  }
}

/**
 * Whether the process of a worker whose connection has ended is seen to live, so that the connection alone
 * was lost. One that is stopped, or that sleeps and was silent before, is as good as dead.
 */
export function lives(claim: ProcessClaim, host: string | null, silent: boolean): boolean {
  if (host === null || claim.host !== host) return false;
  let stat: string;
  try {
    stat = readFileSync(`/proc/${claim.pid}/stat`, 'latin1');
  } catch {
    return false;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0]!;
  if ('ZXTt'.includes(state) || (Number(fields[6]) & EXITING) !== 0) return false;
  return state === 'R' || !silent;
}
