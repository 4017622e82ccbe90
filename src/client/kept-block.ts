import { OptionsBlock } from '../wire/options-block.ts';
import { writeTrace } from '../wire/trace.ts';
import { Level, Tag, Verb } from '../wire/verbs.ts';
import type { Call } from './call.ts';
import type { Kept, Terms } from './kept.ts';

const block = new OptionsBlock();

/**
 * The options block of a record about a kept job, valid until the next call; `expires` is what is left of the call's
 * time, 0 for no end. Each job has an id of its own, so there is no block to be kept.
 */
export function keptBlock(now: number, call: Call, kept: Kept, expires: number): OptionsBlock {
  block.begin().text(Tag.ID, kept.id);
  if (kept.verb !== Verb.SUBMIT) return block;
  if (call.priority !== 0) block.u8(Tag.PRIORITY, call.priority & 0xff);
  if (expires !== 0) block.u32(Tag.EXPIRES, expires);
  writeTerms(kept.terms, now - kept.madeAt);
  if (call.trace !== null) writeTrace(block, call.trace);
  return kept.follows ? block.flag(Tag.FOLLOW) : block;
}

function writeTerms(terms: Terms, passedMs: number): void {
  if (terms.level !== Level.MEMORY) block.u8(Tag.LEVEL, terms.level);
  if (terms.delayMs > passedMs) block.u32(Tag.DELAY, terms.delayMs - passedMs);
  if (terms.at !== 0) block.u64(Tag.AT, terms.at);
  if (terms.deadline !== 0) block.u64(Tag.DEADLINE, terms.deadline);
  if (terms.attemptsMax !== 0) block.u16(Tag.ATTEMPTS, terms.attemptsMax);
  if (terms.backoff !== null) writeBackoff(terms.backoff);
  if (terms.key !== '') block.text(Tag.KEY, terms.key);
}

function writeBackoff({ kind, jitter, ms, msMax }: NonNullable<Terms['backoff']>): void {
  const value = Buffer.alloc(10);
  value[0] = kind;
  value[1] = jitter;
  value.writeUInt32LE(ms, 2);
  value.writeUInt32LE(msMax, 6);
  block.raw(Tag.BACKOFF, value);
}
