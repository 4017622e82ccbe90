import type { Broker } from '../../core/broker.ts';
import type { Client } from '../../core/client.ts';
import type { ErrorCode } from '../../errors.ts';
import {
  CHANNEL_BYTES_MAX,
  isChannelName,
  isSubscriptionName,
  NAME_BYTES_MAX,
} from '../publications.ts';
import type { Reader } from '../reader.ts';
import { Tag } from '../verbs.ts';

/** What a SUBSCRIBE asks for. */
interface Asked {
  channel: string;
  /** What publishers call it; empty for the client's instance. */
  name: string;
  /** What came behind this number is wanted; null for nothing of it. */
  since: number | null;
}

/** Does what a SUBSCRIBE asks for; what is wrong with it, if something is. */
export function subscribe(
  now: number,
  broker: Broker,
  client: Client,
  reader: Reader,
): ErrorCode | null {
  const { channel, name, since } = askedIn(reader);
  if (!isChannelName(channel)) return 'CHANNEL_INVALID';
  if (name !== '' && !isSubscriptionName(name)) return 'MALFORMED';
  broker.channels.subscribe(now, client, reader.a, channel, name, since);
  return null;
}

function askedIn(reader: Reader): Asked {
  const asked: Asked = { channel: '', name: '', since: null };
  reader.options((tag, at, length) => {
    if (tag === Tag.CHANNEL) asked.channel = textOf(reader, at, length, CHANNEL_BYTES_MAX);
    else if (tag === Tag.NAME) asked.name = textOf(reader, at, length, NAME_BYTES_MAX);
    else if (tag === Tag.SINCE && length === 8) {
      asked.since = Number(reader.view.getBigUint64(at, true));
    }
  });
  return asked;
}

/** What is too long is cut behind the first byte too many: it is too long still. */
function textOf(reader: Reader, at: number, length: number, most: number): string {
  return reader.text(at, Math.min(length, most + 1));
}
