/** A process of members of the chat: they join their rooms, and some of them say things as fast as they are delivered. */

import { context } from 'zeromq';
import { type ChatMember, type Hearing, LatidoMember, PlainMember } from './chat-member.ts';
import { settings, tell } from './leash.ts';

export interface MembersSettings {
  readonly through: 'latido' | 'plain';
  readonly address: string;
  readonly rooms: number;
  /** Members of each room that are here, and the number of the first: the others are in other processes. */
  readonly members: number;
  readonly first: number;
  /** How many of them in each room say things, and how many of what each says may be on the way. */
  readonly authors: number;
  readonly window: number;
  readonly textBytes: number;
}

export interface MembersFigures {
  readonly deliveries: number;
  readonly seconds: number;
  /** Of each message that was said here: when, and in each process when the last heard it. */
  readonly said: Readonly<Record<string, number>>;
  readonly heard: Readonly<Record<string, number>>;
}

/** Members that may be on their way into their rooms at the same time. */
const JOINING_MAX = 200;
const TEXT = /#(\d+\.\d+\.\d+)#/;

const own = settings<MembersSettings>();
context.maxSockets = 20_000;

let deliveries = 0;
let joined = 0;
let isTimed = false;
let isOver = true;
let serial = 0;
const said: Record<string, number> = {};
const heard: Record<string, number> = {};
const members: ChatMember[] = [];
let onJoined: () => void = () => {};

const hearing: Hearing = {
  joined() {
    joined++;
    onJoined();
  },
  said(message) {
    deliveries++;
    if (!isTimed) return;
    const mark = TEXT.exec(message.toString('latin1', 0, 400))?.[1];
    if (mark !== undefined) heard[mark] = clock();
  },
  delivered(member) {
    if (!isOver && !isTimed) say(member);
  },
};

async function join(): Promise<void> {
  const Kind = own.through === 'latido' ? LatidoMember : PlainMember;
  const total = own.rooms * own.members;
  for (let at = 0; at < total; at++) {
    const room = `r${Math.floor(at / own.members)}`;
    const nick = `m${own.first + at}`;
    members.push(new Kind(own.address, nick, room, hearing));
    while (members.length - joined >= JOINING_MAX)
      await new Promise<void>((done) => (onJoined = done));
  }
  while (joined < total) await new Promise<void>((done) => (onJoined = done));
}

function* authors(): Generator<ChatMember> {
  for (let room = 0; room < own.rooms; room++) {
    for (let at = 0; at < own.authors; at++) yield members[room * own.members + at]!;
  }
}

function say(member: ChatMember): void {
  const mark = `${process.pid}.${own.first}.${serial++}`;
  if (isTimed) said[mark] = clock();
  member.say(`#${mark}#`.padEnd(own.textBytes, 'x'));
}

function clock(): number {
  return performance.timeOrigin + performance.now();
}

/** As fast as it goes: each author has a window of messages on the way. */
async function flood(warmUpSeconds: number, seconds: number): Promise<void> {
  isOver = false;
  for (const author of authors()) for (let i = 0; i < own.window; i++) say(author);
  await sleep(warmUpSeconds);
  const [before, from] = [deliveries, performance.now()];
  await sleep(seconds);
  const figures = { deliveries: deliveries - before, seconds: (performance.now() - from) / 1000 };
  isOver = true;
  tell({ kind: 'figures', figures: { ...figures, said, heard } });
}

/** At a steady rate, the authors in turn: how long it takes until the last has heard it. */
async function pace(perSecond: number, seconds: number): Promise<void> {
  isTimed = true;
  const all = [...authors()];
  const from = performance.now();
  for (let count = 0; all.length > 0 && performance.now() - from < seconds * 1000; count++) {
    const wait = from + (count * 1000) / perSecond - performance.now();
    if (wait > 0) await sleep(wait / 1000);
    say(all[count % all.length]!);
  }
  await sleep(Math.max(0, seconds - (performance.now() - from) / 1000) + 1);
  isTimed = false;
  tell({ kind: 'figures', figures: { deliveries, seconds, said, heard } });
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

process.on(
  'message',
  (message: { kind: string; perSecond: number; warmUp: number; seconds: number }) => {
    if (message.kind === 'flood') void flood(message.warmUp, message.seconds);
    if (message.kind === 'pace') void pace(message.perSecond, message.seconds);
  },
);
await join();
tell({ kind: 'joined' });
