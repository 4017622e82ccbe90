import type { Message } from '../../../src/web.ts';
import type { ChatPerson } from './chat-person.ts';
import { ChatWorld } from './chat-world.ts';

const PLACES = ['r', 'q', 'x', ''] as const;
/** Longer than any story: nobody is given up, so nothing that was shown is given to others. */
const GRACE_MS = 1e8;

/** What somebody said: its text is its number. */
interface SaidOne {
  readonly by: number;
  readonly place: string;
  readonly message: Message;
}

/**
 * Three people in a durable room `r`, subscribed, in a queue room `q`, where all but the first take, and in a transient one
 * `x`, and what happens to them.
 */
export class Story {
  readonly world = new ChatWorld(true, {}, { clientGraceMs: GRACE_MS }, 2);
  readonly people: readonly ChatPerson[];
  readonly said: SaidOne[] = [];
  #isFailed = false;

  constructor() {
    this.people = ['Ana', 'Bea', 'Cleo'].map((nick) => this.#comes(nick));
  }

  /** One thing that happens. */
  step(what: number, who: number): void {
    const { world } = this;
    const person = this.people[who % 3]!;
    const worker = world.workers[who % 2]!;
    const happenings: (() => void)[] = [
      () => (person.isConnected ? person.cut() : person.connect()),
      () => replaced(person),
      () => worker.hold(!worker.isHolding),
      () => world.slow(!world.isSlow),
      () => this.#takesOrNot(who % 2 === 0),
      () => this.#restart(who % 2 === 0),
      () => this.#fail(),
      () => (worker.isHere ? worker.gone() : worker.back()),
      () => void world.turn(),
      () => world.after(who * 20),
    ];
    const happening = happenings[what] ?? (() => this.#say(who));
    happening();
  }

  /** Everything works again, all have come back, and nothing is on its way. */
  end(): void {
    const { world } = this;
    if (this.#isFailed) this.#fail();
    world.isSlow = false;
    for (const worker of world.workers) {
      worker.isHolding = false;
      if (!worker.isHere) worker.back();
    }
    world.back();
    this.#takesOrNot(true);
    world.after(30_000);
  }

  /** What is wrong with what was shown; null for nothing. */
  verdict(): string | null {
    const wrong = [
      ...this.said.map((one) => this.#wrongWith(one)),
      ...PLACES.flatMap((place) => this.people.map((person) => this.#disorderIn(place, person))),
    ];
    return wrong.find((each) => each !== null) ?? null;
  }

  #comes(nick: string): ChatPerson {
    const { world } = this;
    const person = world.person(nick, `key of ${nick}`);
    person.join('r', 'durable');
    person.join('q', 'queue');
    person.in('x');
    person.do(person.session.subscribe('r'));
    if (nick !== 'Ana') person.do(person.session.take('q', true));
    world.settle();
    return person;
  }

  /** The second. */
  #takesOrNot(on: boolean): void {
    this.people[1]!.do(this.people[1]!.session.take('q', on));
    this.world.turn();
  }

  #say(who: number): void {
    const by = who % 3;
    const place = PLACES[who % 4]!;
    const text = `${this.said.length}`;
    const author = this.people[by]!;
    const message = place === '' ? author.msg('Cleo', text) : author.say(place, text);
    this.said.push({ by, place, message });
    this.world.turn();
  }

  #restart(isBack: boolean): void {
    const { world } = this;
    world.restart();
    this.#isFailed = world.isSlow = false;
    if (isBack) world.back();
    else for (const worker of world.workers) worker.back();
  }

  #fail(): void {
    if (this.#isFailed) this.world.reopen();
    else this.world.fail();
    this.#isFailed = !this.#isFailed;
  }

  /** How often each was shown it, against how often it was to be. */
  #wrongWith({ by, place, message }: SaidOne): string | null {
    const { text, state } = message;
    const counts = this.people.map((person) => countOf(text, person.shown(place)));
    const told = `'${place}': ${text} of ${by}, ${state}, was shown ${counts}`;
    if (state !== 'delivered' && state !== 'failed') return told;
    const sum = counts.reduce((x, y) => x + y);
    if (place === 'x') return counts.some((count) => count > 1) ? told : null;
    const most = { r: 2, q: 1, '': by === 2 ? 0 : 1 }[place]!;
    const isRight = sum === (state === 'delivered' ? most : 0) && counts[by] === 0;
    return isRight && counts.every((count) => count <= 1) ? null : told;
  }

  /** What one author said is in order; in a queue room what one did not see comes to another later. */
  #disorderIn(place: string, person: ChatPerson): string | null {
    if (place === 'q') return null;
    for (const by of [0, 1, 2]) {
      const shown = person.shown(place).map(Number);
      const own = shown.filter((text) => this.said[text]!.by === by);
      if (own.some((text, at) => at > 0 && text < own[at - 1]!)) return `'${place}': ${own}`;
    }
    return null;
  }
}

/** Another connection, and the broker has not heard of the end of the last. */
function replaced(person: ChatPerson): void {
  if (person.isConnected) person.lost();
  person.connect();
}

function countOf(text: string, texts: readonly string[]): number {
  return texts.filter((each) => each === text).length;
}
