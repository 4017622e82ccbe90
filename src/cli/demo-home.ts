import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The data directory of the demo: the one that is named, or one of its own that is removed at the end. */
export class DemoHome {
  readonly dir: string;
  readonly isOwn: boolean;

  private constructor(dir: string, isOwn: boolean) {
    this.dir = dir;
    this.isOwn = isOwn;
  }

  static async at(named: string): Promise<DemoHome> {
    if (named !== '') return new DemoHome(named, false);
    return new DemoHome(await mkdtemp(join(tmpdir(), 'latido-demo-')), true);
  }

  async close(): Promise<void> {
    if (this.isOwn) await rm(this.dir, { recursive: true, force: true });
  }
}
