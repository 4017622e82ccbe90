import type { Publication } from '../../core/channels.ts';
import { publicationsIn } from '../publications.ts';
import type { Reader } from '../reader.ts';
import { Flag, Tag } from '../verbs.ts';

/**
 * How many bytes in front of the body of an ANSWER or an ended OFFER are what its worker publishes; null when it
 * publishes nothing.
 */
export function publishedBytes(reader: Reader): number | null {
  if ((reader.flags & Flag.OPTIONS) === 0) return null;
  let bytes: number | null = null;
  reader.options((tag, at, length) => {
    if (tag === Tag.PUBLISHED && length === 4) bytes = reader.view.getUint32(at, true);
  });
  return bytes;
}

/** Takes it off the body, of which the answer itself is left; null if that is not what is there. */
export function takePublished(reader: Reader, bytes: number): readonly Publication[] | null {
  const { body, bodyAt, bodyLength } = reader;
  if (bytes > bodyLength) return null;
  const published = publicationsIn(body, bodyAt, bytes);
  reader.bodyAt += bytes;
  reader.bodyLength -= bytes;
  return published;
}
