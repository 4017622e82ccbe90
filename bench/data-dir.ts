/** Directories for the stores that are measured, each removed when its measurement is over. */

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './measurement.ts';

/** Works with an empty directory; at the end all processes are ended, then it is removed. */
export async function withDirectory<T>(
  bench: Bench,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(bench.data, 'latido-bench-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    return await work(directory);
  } finally {
    await bench.children.endAll();
    remove();
    process.off('exit', remove);
  }
}
