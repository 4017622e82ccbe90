import { type Chat, Client } from '../index.ts';

const SAY_MS = 700;
const VISIT_MS = 10_000;
/** Everybody is in all of them. */
const ROOMS = { lobby: 'transient', notes: 'durable', chores: 'queue' } as const;
const RESIDENTS = ['ada', 'bob', 'cleo'];
const VISITOR = 'dan';
const LINES = [
  'good morning',
  'who is there?',
  '/me makes tea',
  'see https://zeromq.org',
  '@ada hi',
];

/** A few people who talk; one of them comes and goes, so that something is kept for somebody. */
export class DemoChat {
  readonly #frontend: string;
  readonly #people: Person[];
  readonly #timers: NodeJS.Timeout[];
  #visitor: Person | null = null;
  #said = 0;

  constructor(frontend: string) {
    this.#frontend = frontend;
    this.#people = RESIDENTS.map((nick) => new Person(frontend, nick));
    this.#timers = [
      setInterval(() => this.#say(), SAY_MS),
      setInterval(() => this.#comeOrGo(), VISIT_MS),
    ];
    this.#comeOrGo();
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    const visitor = this.#visitor === null ? [] : [this.#visitor];
    await Promise.all([...this.#people, ...visitor].map((person) => person.close()));
  }

  #say(): void {
    const number = this.#said++;
    const { chat } = this.#people[number % this.#people.length]!;
    const line = LINES[number % LINES.length]!;
    const rooms = Object.keys(ROOMS);
    const room = rooms[number % (rooms.length + 1)];
    if (room === undefined) chat.msg(VISITOR, line);
    else chat.say(room, line);
  }

  #comeOrGo(): void {
    const visitor = this.#visitor;
    this.#visitor = visitor === null ? new Person(this.#frontend, VISITOR) : null;
    visitor?.close().catch(() => {});
  }
}

class Person {
  readonly chat: Chat;
  readonly #client: Client;

  constructor(frontend: string, nick: string) {
    this.#client = new Client({ broker: frontend, name: nick });
    this.chat = this.#client.chat({ nick, key: `${nick} of the demo`, onNews: () => {} });
    this.#enter().catch(() => {});
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #enter(): Promise<void> {
    for (const [room, kind] of Object.entries(ROOMS)) await this.chat.join(room, kind);
    await this.chat.subscribe('notes');
    await this.chat.take('chores', true);
  }
}
