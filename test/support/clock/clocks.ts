import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment } from '../processes.ts';

const COMPILER = 'gcc';

/** Whether clocks can be set here for one process alone. */
export function canSetClocks(): boolean {
  return process.platform === 'linux' && spawnSync(COMPILER, ['--version']).status === 0;
}

/** Wall clocks of processes under test, each by its name, that can be set while they run: shim.c, built for this test file. */
export class Clocks {
  readonly #folder = mkdtempSync(join(tmpdir(), 'latido-clocks-'));
  readonly #library = join(this.#folder, 'shim.so');

  constructor() {
    const source = fileURLToPath(new URL('shim.c', import.meta.url));
    const flags = ['-O2', '-Wall', '-Werror', '-shared', '-fPIC', '-o', this.#library];
    execFileSync(COMPILER, [...flags, source, '-ldl']);
    process.on('exit', () => rmSync(this.#folder, { recursive: true, force: true }));
  }

  /** The environment of a process with the clock of that name, which is right to begin with. */
  environment(name: string): Environment {
    this.set(name, 0);
    return { LD_PRELOAD: this.#library, CLOCK_SHIM_CONTROL: this.#controlOf(name) };
  }

  /** From now on the clock is wrong by so many milliseconds. */
  set(name: string, ms: number): void {
    const fd = openSync(this.#controlOf(name), constants.O_RDWR | constants.O_CREAT);
    writeSync(fd, Buffer.from(new BigInt64Array([BigInt(ms)]).buffer), 0, 8, 0);
    closeSync(fd);
  }

  #controlOf(name: string): string {
    return join(this.#folder, name);
  }
}
