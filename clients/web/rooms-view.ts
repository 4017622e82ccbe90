import type { RoomKind, RoomLine } from '../../src/web.ts';
import type { ChatApp } from './chat-app.ts';
import type { Conversation } from './conversation.ts';
import { byId, keepChildren, make, setText } from './dom.ts';

const UNREAD_SHOWN_MAX = 99;

/** The list of rooms and private conversations, and the form that joins one. */
export class RoomsView {
  readonly #app: ChatApp;
  readonly #onChosen: () => void;
  readonly #mine = byId('mine', HTMLUListElement);
  readonly #private = byId('private', HTMLUListElement);
  readonly #privateTitle = byId('private-title', HTMLHeadingElement);
  readonly #others = byId('others', HTMLUListElement);
  readonly #none = byId('others-none', HTMLParagraphElement);
  readonly #elsewhere = byId('elsewhere', HTMLSpanElement);
  readonly #name = byId('join-room', HTMLInputElement);
  readonly #kind = byId('join-kind', HTMLSelectElement);

  /** `onChosen`: the person goes on with what was chosen. */
  constructor(app: ChatApp, onChosen: () => void) {
    this.#app = app;
    this.#onChosen = onChosen;
    byId('join', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      this.#join(this.#name.value.trim(), this.#kind.value as RoomKind);
      this.#name.value = '';
    });
  }

  draw(): void {
    const all = [...this.#app.conversations.values()];
    this.#conversations(
      this.#mine,
      all.filter(({ isPrivate }) => !isPrivate),
    );
    const others = all.filter(({ isPrivate }) => isPrivate);
    this.#conversations(this.#private, others);
    this.#privateTitle.hidden = others.length === 0;
    this.#otherRooms();
    const unread = all.reduce((sum, { unread }) => sum + unread, 0);
    this.#elsewhere.hidden = unread === 0;
    setText(this.#elsewhere, counted(unread));
  }

  #conversations(list: HTMLUListElement, conversations: readonly Conversation[]): void {
    const create = (conversation: Conversation) => this.#line(() => this.#app.show(conversation));
    const update = (line: HTMLElement, conversation: Conversation) => {
      const isShown = conversation === this.#app.shown;
      const { title, unread, isCalled, room, isPrivate } = conversation;
      draw(line, title, isPrivate || room === null ? '' : `${room.count}`, unread);
      line.classList.toggle('called', isCalled);
      if (isShown) line.firstElementChild!.setAttribute('aria-current', 'true');
      else line.firstElementChild!.removeAttribute('aria-current');
    };
    keepChildren(list, conversations, ({ key }) => key, create, update);
  }

  #otherRooms(): void {
    const others = this.#app.lines.filter(({ room }) => !this.#app.session.rooms.has(room));
    const create = ({ room, kind }: RoomLine) => this.#line(() => this.#join(room, kind), 'Join ');
    const update = (line: HTMLElement, { room, kind, online }: RoomLine) => {
      draw(line, room, kind === 'transient' ? `${online}` : `${kind} ${online}`, 0);
    };
    keepChildren(this.#others, others, ({ room }) => room, create, update);
    this.#none.hidden = others.length > 0;
  }

  #line(onChosen: () => void, verb = ''): HTMLElement {
    const name = make('span', { class: 'name' });
    const counts = make('span', { class: 'count' });
    const badge = make('span', { class: 'badge' });
    const before = verb === '' ? [] : [make('span', { class: 'unseen' }, verb)];
    const parts = [...before, name, counts, badge];
    const choose = make('button', { type: 'button', class: 'line' }, ...parts);
    choose.addEventListener('click', () => {
      onChosen();
      this.#onChosen();
    });
    return make('li', {}, choose);
  }

  #join(room: string, kind: RoomKind): void {
    if (room === '') void this.#app.join();
    else void this.#app.join(room, kind);
    this.#onChosen();
  }
}

function draw(line: HTMLElement, name: string, count: string, unread: number): void {
  setText(line.querySelector('.name')!, name);
  setText(line.querySelector('.count')!, count);
  const badge = line.querySelector<HTMLElement>('.badge')!;
  badge.hidden = unread === 0;
  setText(badge, counted(unread));
}

function counted(unread: number): string {
  if (unread === 0) return '';
  return `${unread > UNREAD_SHOWN_MAX ? `${UNREAD_SHOWN_MAX}+` : unread} new`;
}
