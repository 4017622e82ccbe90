import type { ChatApp } from './chat-app.ts';
import type { Conversation } from './conversation.ts';
import { byId, keepChildren, make, setText } from './dom.ts';
import { isSameNick } from './text-view.ts';

/** Who is in the room that is looked at; choosing somebody begins a private conversation. */
export class PeopleView {
  readonly #app: ChatApp;
  readonly #onChosen: () => void;
  readonly #title = byId('people-title', HTMLHeadingElement);
  readonly #list = byId('people-list', HTMLUListElement);

  constructor(app: ChatApp, onChosen: () => void) {
    this.#app = app;
    this.#onChosen = onChosen;
  }

  draw(): void {
    const { shown, session } = this.#app;
    const room = shown?.room ?? null;
    const people = inOrder(room?.people ?? partnersIn(shown, session.nick), session.nick);
    const unnamed = room === null ? 0 : Math.max(0, room.count - people.length);
    setText(this.#title, room === null ? 'People' : `People (${room.count})`);
    const more = unnamed > 0 ? [`and ${unnamed} more`] : [];
    keepChildren(
      this.#list,
      [...people, ...more],
      (nick) => nick,
      (nick) => this.#line(nick, nick === more[0]),
      () => {},
    );
  }

  #line(nick: string, isMore: boolean): HTMLElement {
    if (isMore) return make('li', { class: 'soft more' }, nick);
    if (isSameNick(nick, this.#app.session.nick)) {
      return make('li', { class: 'self' }, nick, make('span', { class: 'kind' }, 'you'));
    }
    const label = `Write to ${nick} in private`;
    const choose = make('button', { type: 'button', class: 'line', 'aria-label': label }, nick);
    choose.addEventListener('click', () => {
      this.#app.show(this.#app.withPerson(nick));
      this.#onChosen();
    });
    return make('li', {}, choose);
  }
}

/** The two of a private conversation. */
function partnersIn(shown: Conversation | null, self: string): string[] {
  return shown?.isPrivate ? [shown.title, self] : [];
}

function inOrder(people: readonly string[], self: string): string[] {
  return [...people].sort((one, other) => {
    const selves = Number(isSameNick(other, self)) - Number(isSameNick(one, self));
    return selves || one.localeCompare(other);
  });
}
