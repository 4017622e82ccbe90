import type { ExecutionContext } from 'ava';
import { type Chat, Client, type Message } from '../../../src/index.ts';
import type { Cluster } from '../cluster.ts';
import { after, until } from '../poll.ts';

/** Something that a member was shown: who said it, and which of theirs it was. */
export interface Shown {
  readonly from: string;
  readonly text: string;
}

/** Somebody in a room, over a client of its own, who remembers everything. */
export class Member {
  readonly nick: string;
  readonly chat: Chat;
  readonly shown: Shown[] = [];
  readonly said: Message[] = [];
  missed = 0;
  readonly #client: Client;

  static async join(
    t: ExecutionContext,
    cluster: Cluster,
    nick: string,
    room: string,
    kind: 'transient' | 'durable' | 'queue',
  ): Promise<Member> {
    const member = new Member(cluster, nick);
    t.teardown(() => member.#client.close());
    await member.chat.join(room, kind);
    if (kind === 'durable') await member.chat.subscribe(room);
    return member;
  }

  constructor(cluster: Cluster, nick: string) {
    this.nick = nick;
    this.#client = new Client({ broker: cluster.frontend });
    this.chat = this.#client.chat({
      nick,
      key: `the key of ${nick}`,
      onNews: (news) => {
        if (news.news === 'said') this.shown.push({ from: news.said.from, text: news.said.text });
        if (news.news === 'missed') this.missed++;
      },
    });
  }

  /** Says so many things, so many a second. */
  async talk(room: string, count: number, perSecond: number): Promise<void> {
    const from = performance.now();
    for (let n = 0; n < count; n++) {
      const wait = from + (n * 1000) / perSecond - performance.now();
      if (wait > 1) await after(wait);
      this.said.push(this.chat.say(room, `${n}`));
    }
  }

  /** Resolves when everything that was said has been delivered; rejects when something was not. */
  async delivered(): Promise<void> {
    await Promise.all(this.said.map(({ done }) => done));
  }

  /** Resolves when as much has been shown as all others have said. */
  async hears(others: readonly Member[]): Promise<void> {
    const count = others.reduce(
      (sum, { said, nick }) => sum + (nick === this.nick ? 0 : said.length),
      0,
    );
    await until(`${this.nick} is shown ${count}`, () => this.shown.length >= count);
  }
}

/** What is wrong with what a member was shown of what authors said: each once, in the order of each. */
export function wrongsOf(member: Member, authors: readonly Member[]): string[] {
  const wrongs: string[] = [];
  for (const author of authors) {
    if (author.nick === member.nick) continue;
    const shown = member.shown.filter(({ from }) => from === author.nick).map(({ text }) => text);
    const said = author.said.map(({ text }) => text);
    if (shown.join() === said.join()) continue;
    const twice = shown.filter((text, at) => shown.indexOf(text) !== at);
    const lost = said.filter((text) => !shown.includes(text));
    wrongs.push(
      `${member.nick} was shown ${shown.length} of ${said.length} of ${author.nick}: lost ${lost.slice(0, 5)} (${lost.length}), twice ${twice.slice(0, 5)} (${twice.length})`,
    );
  }
  return wrongs;
}

/** What is wrong with an order of messages in which another member was not shown them. */
export function disorderOf(one: Member, other: Member): string[] {
  const key = ({ from, text }: Shown) => `${from}/${text}`;
  const seen = new Set(other.shown.map(key));
  const common = one.shown.map(key).filter((each) => seen.has(each));
  const mine = new Set(common);
  const theirs = other.shown.map(key).filter((each) => mine.has(each));
  const at = common.findIndex((each, index) => each !== theirs[index]);
  return at < 0 ? [] : [`${one.nick} saw ${common[at]} where ${other.nick} saw ${theirs[at]}`];
}
