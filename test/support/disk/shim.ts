import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const COMPILER = 'gcc';

/** What a watched disk does, by the numbers of shim.c. */
export const Fault = { NONE: 0, FLUSH_FAILS: 1, WRITE_IS_FULL: 2, FLUSH_IS_SLOW: 3 } as const;
export type Fault = (typeof Fault)[keyof typeof Fault];

/** Whether the shim can be built here. */
export function canWatch(): boolean {
  return process.platform === 'linux' && spawnSync(COMPILER, ['--version']).status === 0;
}

/** Stands between processes and their files in one directory: shim.c, built for this test file. */
export class Shim {
  readonly folder = mkdtempSync(join(tmpdir(), 'latido-disk-'));
  readonly log = join(this.folder, 'log');
  readonly marks = join(this.folder, 'marks');
  readonly #library = join(this.folder, 'shim.so');
  readonly #control = join(this.folder, 'control');

  constructor() {
    const source = fileURLToPath(new URL('shim.c', import.meta.url));
    const flags = ['-O2', '-Wall', '-Werror', '-shared', '-fPIC', '-o', this.#library];
    execFileSync(COMPILER, [...flags, source, '-ldl', '-lpthread']);
    this.fault(Fault.NONE);
    process.on('exit', () => rmSync(this.folder, { recursive: true, force: true }));
  }

  /** Begins the log and the marks anew. */
  forget(): void {
    for (const file of [this.log, this.marks]) rmSync(file, { force: true });
  }

  /** The environment of a process whose writes to a directory are put down in the log. */
  recording(dir: string): Record<string, string> {
    const { log: DISK_SHIM_LOG, marks: DISK_SHIM_MARKS } = this;
    return { ...this.failing(dir), DISK_SHIM_LOG, DISK_SHIM_MARKS };
  }

  /** The environment of a process whose directory can be made to fail. */
  failing(dir: string): Record<string, string> {
    return {
      LD_PRELOAD: this.#library,
      DISK_SHIM_DIR: dir,
      DISK_SHIM_CONTROL: this.#control,
    };
  }

  /** From now on. */
  fault(fault: Fault, ms = 0): void {
    setFault(this.#control, fault, ms);
  }
}

/** Tells all processes that look at this file what their disk is to do. */
export function setFault(control: string, fault: Fault, ms = 0): void {
  const fd = openSync(control, constants.O_RDWR | constants.O_CREAT);
  writeSync(fd, Buffer.from(new Int32Array([fault, ms]).buffer), 0, 8, 0);
  closeSync(fd);
}
