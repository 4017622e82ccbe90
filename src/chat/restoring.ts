import type { Nicks } from './nicks.ts';
import { partsOf } from './notes.ts';
import type { Post } from './post.ts';
import type { Room } from './room.ts';
import type { Rooms } from './rooms.ts';

/** Rooms first: the rest is of them. */
const ORDER = ['nick', 'room', 'reader', 'post'];

/** Brings back what an earlier life of the chat wrote down, name and text each. */
export function restoreNotes(
  now: number,
  notes: Iterable<readonly [string, string]>,
  rooms: Rooms,
  nicks: Nicks,
): void {
  const byKind = ORDER.map((): [string, string][] => []);
  for (const [name, text] of notes) {
    const at = ORDER.indexOf(partsOf(name)[0]!);
    if (at >= 0) byKind[at]!.push([name, text]);
  }
  for (const [name, text] of byKind.flat()) restoreOne(now, name, JSON.parse(text), rooms, nicks);
  rooms.restored(now);
}

function restoreOne(
  now: number,
  name: string,
  value: Record<string, unknown>,
  rooms: Rooms,
  nicks: Nicks,
): void {
  const [kind, key, what] = partsOf(name) as [string, string, string];
  const room = rooms.get(key);
  switch (kind) {
    case 'nick':
      nicks.restore(value as never);
      break;
    case 'room':
      rooms.restore(now, key, value.kind as Room['kind'], value.seq as number);
      break;
    case 'reader':
      room?.log?.restoreReader(value as never);
      break;
    case 'post': {
      const post = { ...(value as unknown as Post), seq: Number(what) };
      room?.log?.restorePost(post);
      room?.queue?.restore(post);
    }
  }
}
