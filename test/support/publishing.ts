/** What workers publish in tests, as the core and as the wire has it. */

import type { Publication } from '../../src/core/channels.ts';
import { encodeOptions, type Item, textItem, u32Item, u64Item } from '../../src/wire/items.ts';
import { headOf } from '../../src/wire/publications.ts';
import { Flag, Tag, Verb } from '../../src/wire/verbs.ts';
import type { Peer } from './open-doors.ts';

export function publication(
  channel: string,
  text: string,
  more: Partial<Publication> = {},
): Publication {
  const bytes = new TextEncoder().encode(text);
  return {
    channel,
    seq: 0,
    only: null,
    but: null,
    bytes,
    offset: 0,
    length: bytes.length,
    ...more,
  };
}

/** The block in front of an answer. */
export function blockOf(...publications: readonly Publication[]): Buffer {
  return Buffer.concat(publications.flatMap((each) => [headOf(each), each.bytes]));
}

/** ANSWER that says to have so many bytes of publications in its body. */
export function answer(
  worker: Peer,
  token: readonly [number, number],
  said: number,
  body: Uint8Array,
) {
  worker.batch.begin(Verb.ANSWER, Flag.OPTIONS, 0, ...token);
  worker.batch.raw(encodeOptions([u32Item(Tag.PUBLISHED, said)]));
  worker.batch.body(body, 0, body.length);
  return worker;
}

/** OFFER of the job under that token, of call 0 of the client with that instance, answered like that. */
export function offer(
  worker: Peer,
  epoch: number,
  token: readonly [number, number],
  client: number,
  said: number,
  body: Uint8Array,
) {
  worker.batch.begin(Verb.OFFER, Flag.OPTIONS | Flag.ENDED, 0, ...token);
  const fixed = Buffer.alloc(28, client);
  fixed.writeUInt32LE(epoch, 0);
  fixed.writeUInt32LE(0, 4);
  fixed.writeUInt32LE(1, 24);
  worker.batch.raw(fixed);
  worker.batch.raw(encodeOptions([u32Item(Tag.PUBLISHED, said)]));
  worker.batch.body(body, 0, body.length);
  return worker;
}

export function subscribe(client: Peer, call: number, channel: string, name = '', since = -1) {
  const items: Item[] = [textItem(Tag.CHANNEL, channel)];
  if (name !== '') items.push(textItem(Tag.NAME, name));
  if (since >= 0) items.push(u64Item(Tag.SINCE, since));
  client.batch.begin(Verb.SUBSCRIBE, Flag.OPTIONS, 0, call, 0);
  client.batch.raw(encodeOptions(items));
  return client;
}

/** The bodies of all DELIVER records that it has heard. */
export function deliveredTo(client: Peer): string[] {
  return (client.heard.get(Verb.DELIVER) ?? []).map((reader) => reader.bodyText());
}
