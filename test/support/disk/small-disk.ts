import { spawnSync } from 'node:child_process';
import { closeSync, cpSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { Fault, type Shim } from './shim.ts';

/** A disk that can be filled up, and on which room can be made. */
export interface SmallDisk {
  readonly path: string;
  fill(): void;
  makeRoom(): void;
}

const MEGABYTES = 48;

/** A disk of its own where one can be mounted, else one that says that it is full. */
export function smallDisk(t: ExecutionContext, shim: Shim): SmallDisk {
  const { path, isMounted } = mountedDisk(t);
  if (isMounted) return new Mounted(path);
  t.log('no disk can be mounted here: writes are made to fail instead');
  t.teardown(() => shim.fault(Fault.NONE));
  return {
    path,
    fill: () => shim.fault(Fault.WRITE_IS_FULL),
    makeRoom: () => shim.fault(Fault.NONE),
  };
}

/** A copy of a directory on a disk that cannot be written to; null where none can be mounted. */
export function readOnlyCopy(t: ExecutionContext, dir: string): string | null {
  const { path, isMounted } = mountedDisk(t);
  if (!isMounted) return null;
  const copy = join(path, 'data');
  cpSync(dir, copy, { recursive: true });
  return works('mount', ['-o', 'remount,ro', path]) ? copy : null;
}

/** A disk of its own, or only a directory where none can be mounted. Memory is taken by what is on it. */
export function mountedDisk(
  t: ExecutionContext,
  megabytes = MEGABYTES,
): { readonly path: string; readonly isMounted: boolean } {
  const path = mkdtempSync(join(tmpdir(), 'latido-small-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  const options = ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'latido-test', path];
  const isMounted = works('mount', options);
  if (isMounted) t.teardown(() => void works('umount', ['-l', path]));
  return { path, isMounted };
}

function works(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args).status === 0;
}

class Mounted implements SmallDisk {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  fill(): void {
    const fd = openSync(join(this.path, 'filler'), 'w');
    try {
      for (const piece of [Buffer.alloc(65_536), Buffer.alloc(4096)]) fillWith(fd, piece);
    } finally {
      closeSync(fd);
    }
  }

  makeRoom(): void {
    rmSync(join(this.path, 'filler'));
  }
}

function fillWith(fd: number, piece: Buffer): void {
  try {
    while (writeSync(fd, piece) === piece.length);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
