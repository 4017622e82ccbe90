import type { Chat } from '../../chat/chat.ts';
import type { Room } from '../../chat/room.ts';
import { histogram, type Lines, lines, one, type Reading } from './reading.ts';

const KINDS: readonly Room['kind'][] = ['transient', 'durable', 'queue', 'private'];
const KEPT_KINDS = KINDS.filter((kind) => kind !== 'transient');

/** What is shown of the chat; a broker without one has the names and no values. */
export function chatMetrics(chat: Chat | null): Reading[] {
  return [
    one('latido_chat_people', () => chat?.people),
    lines('latido_chat_rooms', () => byKind(chat, KINDS, () => 1)),
    lines('latido_chat_kept_messages', () => {
      return byKind(chat, KEPT_KINDS, ({ log, queue }) => log?.size ?? queue?.size ?? 0);
    }),
    one('latido_chat_messages_total', () => chat?.messages),
    one('latido_chat_deliveries_total', () => chat?.deliveries),
    histogram('latido_chat_fanout_seconds', chat?.fanOutTime ?? null),
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
