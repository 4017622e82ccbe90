import type { Job } from '../../core/job.ts';
import type { Run } from '../../core/run.ts';
import type { Batch } from '../batch.ts';
import { OptionsBlock } from '../options-block.ts';
import type { Reader } from '../reader.ts';
import { type Trace, writeTrace } from '../trace.ts';
import { Flag, Tag, Verb } from '../verbs.ts';

const block = new OptionsBlock();

/** Writes the DISPATCH of an attempt; `type` is the number of its type in the session, `trace` what it is part of. */
export function writeDispatch(batch: Batch, run: Run, type: number, trace: Trace | null): void {
  const job = run.job!;
  const plain = job.attempts === 1 && job.keep === null && trace === null;
  const flags = (run.alone ? Flag.ALONE : 0) | (plain ? 0 : Flag.OPTIONS);
  batch.begin(Verb.DISPATCH, flags, type, run.index, run.generation);
  batch.pair(job.client.number, job.call);
  if (!plain) batch.block(blockOf(job, trace));
  if (job.length > 0) batch.body(job.slab.bytes, job.offset, job.length);
}

/** The fence of the attempt at a kept job that an OFFER is of; 0 for others. */
export function fenceIn(reader: Reader): number {
  let fence = 0;
  reader.options((tag, at, length) => {
    if (tag === Tag.FENCE && length === 8) fence = Number(reader.view.getBigUint64(at, true));
  });
  return fence;
}

/** What a worker must know of an attempt besides its token. */
function blockOf({ attempts, keep }: Job, trace: Trace | null): OptionsBlock {
  block.begin();
  if (attempts !== 1) block.u16(Tag.ATTEMPT, Math.min(attempts, 0xffff));
  if (keep !== null) block.text(Tag.ID, keep.kept.id).u64(Tag.FENCE, keep.fence);
  if (trace !== null) writeTrace(block, trace);
  return block;
}
