import type { Chat } from '../../chat/chat.ts';
import type { Room } from '../../chat/room.ts';
import {
  addHistogram,
  bucketLabels,
  counter,
  gauge,
  type Labels,
  type Lines,
  Reading,
} from './reading.ts';

const NONE: Labels = {};
const KINDS: readonly Room['kind'][] = ['transient', 'durable', 'queue', 'private'];
const KEPT_KINDS = KINDS.filter((kind) => kind !== 'transient');

/** What is shown of the chat; a broker without one has the names and no values. */
export function chatMetrics(chat: Chat | null): Reading[] {
  const name = 'latido_chat_fanout_seconds';
  const help = 'From when something was said to when it had been given to all it was for.';
  const buckets = bucketLabels(NONE);
  return [
    gauge('latido_chat_people', 'People in the chat who are connected.', () => {
      return chat === null ? [] : [[NONE, chat.people]];
    }),
    gauge('latido_chat_rooms', 'Rooms, and mailboxes (private), by kind.', () => {
      return byKind(chat, KINDS, () => 1);
    }),
    gauge('latido_chat_kept_messages', 'Messages that wait for who has not seen them.', () => {
      return byKind(chat, KEPT_KINDS, ({ log, queue }) => log?.size ?? queue?.size ?? 0);
    }),
    counter('latido_chat_messages_total', 'What was said and dealt with.', () => {
      return chat === null ? [] : [[NONE, chat.messages]];
    }),
    counter('latido_chat_deliveries_total', 'What members were given of it.', () => {
      return chat === null ? [] : [[NONE, chat.deliveries]];
    }),
    new Reading({ name, help, type: 'histogram' }, (add) => {
      if (chat !== null) addHistogram(add, name, chat.fanOutTime, NONE, buckets);
    }),
  ];
}

function byKind(
  chat: Chat | null,
  kinds: readonly Room['kind'][],
  weigh: (room: Room) => number,
): Lines {
  if (chat === null) return [];
  const sums = new Map(kinds.map((kind) => [kind, 0]));
  for (const room of chat.rooms.all) {
    const sum = sums.get(room.kind);
    if (sum !== undefined) sums.set(room.kind, sum + weigh(room));
  }
  return [...sums].map(([kind, sum]) => [{ kind }, sum]);
}
