import type { Offer } from '../../core/adoption.ts';
import type { Ending } from '../../core/job.ts';
import type { Slabs } from '../../core/slab.ts';
import { publicationsIn } from '../publications.ts';
import type { Reader } from '../reader.ts';
import { Flag } from '../verbs.ts';
import { fenceIn } from './dispatch-record.ts';
import { publishedBytes } from './published.ts';

const INSTANCE_BYTES = 16;

/** What an OFFER says that a worker holds; how it ended, if it did, is yet to be read. */
export function offerIn(reader: Reader): Offer {
  const { view, fixedAt: at, a: index, b: generation, flags } = reader;
  const token = { epoch: view.getUint32(at, true), index, generation };
  const call = view.getUint32(at + 4, true);
  const clientInstance = reader.hex(at + 8, INSTANCE_BYTES);
  const started = (flags & (Flag.ENDED | Flag.STARTED)) !== 0;
  return { token, call, clientInstance, fence: fenceIn(reader), started, ended: null };
}

/**
 * How an OFFER says that its job ended; null if what it publishes is malformed. The bytes are a copy: it may wait for many
 * messages, and each would keep its frame.
 */
export function endOf(
  now: number,
  slabs: Slabs,
  reader: Reader,
  ending: Ending,
): NonNullable<Offer['ended']> | null {
  const bytes = new Uint8Array(reader.bodyView());
  const offset = publishedBytes(reader) ?? 0;
  if (offset > bytes.length) return null;
  const published = offset === 0 ? null : publicationsIn(bytes, 0, offset);
  if (offset > 0 && published === null) return null;
  const permanent = (reader.flags & Flag.PERMANENT) !== 0;
  const length = bytes.length - offset;
  return { ending, permanent, slab: slabs.frame(now, bytes), offset, length, published };
}
