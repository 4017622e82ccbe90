import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BatchWriter } from '../../../src/store/codec.ts';
import { Disk } from '../../../src/store/disk/disk.ts';
import { eachJob } from '../../../src/store/stored-job.ts';
import { FOR_EVER, freshPlace } from './engine.ts';
import { keptOf } from './histories.ts';
import { plainJob } from './model.ts';
import { BODY } from './owner.ts';

/** The jobs that have not ended in a store that was just opened. */
export function liveOf(disk: Disk): unknown[] {
  const jobs: unknown[] = [];
  for (const chunk of disk.live())
    eachJob(chunk, (found) => jobs.push(plainJob(found.job as never)));
  return jobs;
}

/** What is on the disk of a store that was killed when 60 commits of one job each were durable. */
export function unclean(t: { teardown(work: () => void): void }): string {
  const place = freshPlace(t);
  const disk = new Disk(place, FOR_EVER);
  const writer = new BatchWriter();
  for (let number = 1; number <= 60; number += 1) {
    writer.submitted(keptOf(number, number), BODY, 0, BODY.length);
    append(disk, writer);
  }
  const image = join(freshPlace(t), 'image');
  cpSync(place, image, { recursive: true });
  disk.close();
  return image;
}

/** Makes durable what was written. */
export function append(disk: Disk, writer: BatchWriter): void {
  if (writer.count === 0) return;
  const length = writer.length;
  disk.append(new Uint8Array(writer.take(), 0, length));
  disk.commit(0);
}

/** A copy of a store's files, to be harmed. */
export function imageOf(image: string, name: string): string {
  const copy = `${image}-${name}`;
  rmSync(copy, { recursive: true, force: true });
  cpSync(image, copy, { recursive: true });
  return copy;
}

/** How many jobs a damaged store opens with, or the code and file of its refusal. */
export function outcome(place: string): number | string {
  try {
    const disk = new Disk(place, FOR_EVER);
    const jobs = liveOf(disk).length;
    disk.close();
    return jobs;
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    const files = ['latido.db', 'latido.db-wal', 'STATE'];
    return `${code} ${files.find((file) => message.includes(`/${file} `) || message.includes(`/${file}:`))}`;
  }
}
