/**
 * The plain way to fan out, what the chat is measured against: one process that loops over the members of a room, with one
 * ZeroMQ message each. It has no nicks, no limits, keeps nothing, and forgets nobody.
 */

import { Router } from 'zeromq';
import { tell } from './leash.ts';

const JOIN = 0;
const rooms = new Map<string, Buffer[]>();
const roomOf = new Map<string, string>();
const socket = new Router({ linger: 0, sendHighWaterMark: 0, receiveHighWaterMark: 0 });

async function serve(): Promise<void> {
  for await (const [member, message] of socket) {
    if (message![0] === JOIN) await join(member!, message!.subarray(1).toString());
    else await say(member!, message!);
  }
}

async function join(member: Buffer, room: string): Promise<void> {
  const members = rooms.get(room);
  if (members === undefined) rooms.set(room, [member]);
  else members.push(member);
  roomOf.set(member.toString('latin1'), room);
  await socket.send([member, Buffer.of(JOIN)]);
}

/** To everybody but the author, who hears that it is done. */
async function say(author: Buffer, message: Buffer): Promise<void> {
  const room = roomOf.get(author.toString('latin1'))!;
  for (const member of rooms.get(room)!) {
    if (!member.equals(author)) await socket.send([member, message]);
  }
  await socket.send([author, Buffer.of(JOIN)]);
}

await socket.bind('tcp://127.0.0.1:*');
void serve();
tell({ kind: 'ready', address: socket.lastEndpoint });
