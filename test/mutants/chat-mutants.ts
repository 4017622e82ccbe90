import type { Mutant } from './mutant.ts';

const PEOPLE = 'test/chat.test.ts';
const ORDERS = 'test/chat-orders.test.ts';
const KEPT = 'test/chat-kept.test.ts';
const RESTART = 'test/chat-restart.test.ts';
const LARGE = 'test/chat-large.test.ts';

/** Bugs in the broker's side of the chat. */
export const chatMutants: readonly Mutant[] = [
  {
    name: 'a nick is free as soon as its connection ends',
    file: 'src/chat/nicks.ts',
    find: 'return !holder.isHere && key',
    put: 'return !holder.isHere || key',
    tests: [PEOPLE],
  },
  {
    name: 'the day on which a person was there last is that on which it came',
    file: 'src/chat/nicks.ts',
    find: '} else if (age > STALE_MS) this.#reserve',
    put: '} else if (age < 0) this.#reserve',
    tests: [PEOPLE],
  },
  {
    name: 'a nick with a subscription ends',
    file: 'src/chat/mailboxes.ts',
    find: "(kind === 'private' && log.size === 0)",
    put: "kind !== 'private'",
    tests: [PEOPLE],
  },
  {
    name: 'an order is done as often as it comes',
    file: 'src/chat/person.ts',
    find: 'return known === undefined;',
    put: 'return n > 0;',
    tests: [ORDERS],
  },
  {
    name: 'what is said overtakes what is on its way in another part of a room',
    file: 'src/chat/lanes.ts',
    find: 'lanes?.every(({ isBusy, isEmpty }) => !isBusy && isEmpty)',
    put: 'lanes',
    tests: [LARGE],
  },
  {
    name: 'what is on its way is counted by the parts that a room has, and not by its jobs',
    file: 'src/chat/lanes.ts',
    find: 'return lanes.length;',
    put: 'return Math.max(1, saying.room.channel.parts.length);',
    tests: [LARGE],
  },
  {
    name: 'after a restart parts of a room do not wait for what was on its way',
    file: 'src/chat/fan-out.ts',
    find: '    room.isWhole = true;\n',
    put: '',
    tests: [LARGE],
  },
  {
    name: 'what was on its way when the broker died is not known',
    file: 'src/chat/chat.ts',
    find: '    this.#fanOut.adopt(now);\n',
    put: '',
    tests: [RESTART],
  },
  {
    name: 'what a failed store has lost is not handed in again',
    file: 'src/chat/fan-out.ts',
    find: '      this.#handInKept(now, call, carried);\n    }',
    put: '      void call;\n    }',
    tests: [RESTART],
  },
  {
    name: 'what a store had when it failed for the second time is dropped',
    file: 'src/core/recovery.ts',
    find: '    this.#notes.fail();\n',
    put: '',
    tests: [RESTART],
  },
  {
    name: 'a reader can say that it has seen what there is not',
    file: 'src/chat/room.ts',
    find: '    const known = Math.min(seq, this.#lastSaid);',
    put: '    const known = seq;',
    tests: [KEPT],
  },
  {
    name: 'a full mailbox drops what is oldest',
    file: 'src/chat/room.ts',
    find: "new Log(key, notes, kind === 'durable')",
    put: 'new Log(key, notes, true)',
    tests: [KEPT],
  },
  {
    name: 'what enter says to have been shown is not believed',
    file: 'src/chat/chat.ts',
    find: '      room.seen(member, place.seen);\n',
    put: '',
    tests: [KEPT],
  },
  {
    name: 'what was given to who leaves a room counts as shown',
    file: 'src/chat/requests.ts',
    find: '      room.leave(now, member);\n',
    put: '      room.seen(member, member.last);\n      room.leave(now, member);\n',
    tests: [ORDERS],
  },
  {
    name: 'a queue gives to the first who takes',
    file: 'src/chat/queue.ts',
    find: 'this.#givenTo(next) + 1);',
    put: 'this.#givenTo(next));',
    tests: [KEPT],
  },
  {
    name: 'an author under another nick is given the own message',
    file: 'src/chat/post.ts',
    find: 'if (!only?.includes(from) && !but?.includes(from)) continue;',
    put: 'if (!only?.includes(from)) continue;',
    tests: [KEPT],
  },
  {
    name: 'an end that a failed store has lost is done again',
    file: 'src/chat/settled.ts',
    find: 'this.#broker.lookups.revoke(now, this.#client, call, id);',
    put: 'void [call, id];',
    tests: [RESTART],
  },
  {
    name: 'who has another nick hears of it before that is durable',
    file: 'src/chat/requests.ts',
    find: 'person.tell({ re: n, nick }, true);',
    put: 'person.tell({ re: n, nick });',
    tests: [RESTART],
  },
];
