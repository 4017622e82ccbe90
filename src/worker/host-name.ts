import { readFileSync, readlinkSync } from 'node:fs';

/**
 * A name that two processes share only if a process id means the same process to both: boot id and pid namespace.
 * Undefined where the system does not say.
 */
export function hostName(): string | undefined {
  try {
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${bootId}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return undefined;
  }
}
