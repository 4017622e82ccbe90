import type { RoomState } from '../../src/web.ts';
import type { ChatApp } from './chat-app.ts';
import type { Conversation } from './conversation.ts';
import { button, byId, keepChildren, setText } from './dom.ts';

/** Something that can be done with the conversation that is looked at. */
interface Act {
  readonly label: string;
  /** For what can be on or off. */
  readonly isOn?: boolean;
  does(): void;
}

/** What stands over the messages: where one is, and what can be done there. */
export class HeadView {
  readonly #app: ChatApp;
  readonly #title = byId('title', HTMLHeadingElement);
  readonly #subtitle = byId('subtitle', HTMLParagraphElement);
  readonly #acts = byId('acts', HTMLDivElement);
  readonly #nick = byId('my-nick', HTMLElement);

  constructor(app: ChatApp) {
    this.#app = app;
  }

  draw(): void {
    const { shown, session, conversations } = this.#app;
    setText(this.#nick, session.nick);
    setText(this.#title, shown?.title ?? 'No room yet');
    setText(this.#subtitle, shown === null ? 'Join one.' : subtitleOf(shown));
    const acts = shown === null ? [] : this.#actsOf(shown);
    keepChildren(
      this.#acts,
      acts,
      ({ label }) => `${shown?.key} ${label}`,
      ({ label, does }) => button(label, 'quiet', does),
      (element, { isOn }) => {
        if (isOn !== undefined) element.setAttribute('aria-pressed', String(isOn));
      },
    );
    const unread = [...conversations.values()].reduce((sum, { unread }) => sum + unread, 0);
    const count = unread === 0 ? '' : `(${unread}) `;
    document.title = `${count}${shown === null ? 'Chat' : shown.title} · Latido`;
  }

  #actsOf(shown: Conversation): Act[] {
    const { room, title } = shown;
    if (shown.isPrivate) return [{ label: 'Close', does: () => this.#app.close(shown) }];
    if (room === null) return [{ label: 'Join', does: () => void this.#app.join(title) }];
    const leave = { label: 'Leave', does: () => void this.#app.leave(title) };
    if (room.kind === 'durable') return [this.#subscribing(room), leave];
    return room.kind === 'queue' ? [this.#taking(room), leave] : [leave];
  }

  #subscribing(room: RoomState): Act {
    const does = () =>
      void this.#app.ask((session) =>
        room.subscribed ? session.unsubscribe(room.room) : session.subscribe(room.room),
      );
    return { label: 'Subscribe', isOn: room.subscribed, does };
  }

  #taking(room: RoomState): Act {
    const does = () => void this.#app.ask((session) => session.take(room.room, !room.takes));
    return { label: 'Take', isOn: room.takes, does };
  }
}

function subtitleOf({ isPrivate, room }: Conversation): string {
  if (isPrivate) return 'private: it is kept for who is away';
  if (room === null) return 'you are not in this room';
  const people = room.count === 1 ? '1 person' : `${room.count} people`;
  if (room.kind === 'transient') return people;
  if (room.kind === 'queue') return `queue: one of those who take gets each message, ${people}`;
  return `durable: kept for who has subscribed, ${people}`;
}
