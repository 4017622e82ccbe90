import { BarView } from './bar-view.ts';
import type { ChatApp } from './chat-app.ts';
import { Composer } from './composer.ts';
import type { Conversation } from './conversation.ts';
import { byId, setText } from './dom.ts';
import { Drawers } from './drawers.ts';
import { HeadView } from './head-view.ts';
import type { LogView } from './log-view.ts';
import { PeopleView } from './people-view.ts';
import { RoomsView } from './rooms-view.ts';

/** All that is seen of the chat; drawn once for all that happens in one turn. */
export class Page {
  readonly #app: ChatApp;
  readonly #chat = byId('chat', HTMLDivElement);
  readonly #logs = byId('logs', HTMLDivElement);
  readonly #newer = byId('newer', HTMLButtonElement);
  readonly #bar = new BarView();
  readonly #head: HeadView;
  readonly #rooms: RoomsView;
  readonly #people: PeopleView;
  readonly #composer: Composer;
  readonly #drawers: Drawers;
  #isDue = false;

  constructor(app: ChatApp, onQuit: () => void) {
    this.#app = app;
    this.#drawers = new Drawers(byId('middle', HTMLElement));
    const onChosen = () => {
      this.#drawers.close();
      this.#composer.focus();
    };
    this.#head = new HeadView(app);
    this.#rooms = new RoomsView(app, onChosen);
    this.#people = new PeopleView(app, onChosen);
    this.#composer = new Composer(app, onQuit);
    byId('quit', HTMLButtonElement).addEventListener('click', onQuit);
    this.#newer.addEventListener('click', () => this.#toNewest());
    document.addEventListener('visibilitychange', () => this.#looked());
    new ResizeObserver(() => app.shown?.log.resized()).observe(this.#logs);
  }

  show(): void {
    if (!this.#chat.hidden) return;
    this.#chat.hidden = false;
    this.#composer.focus();
  }

  hide(): void {
    this.#chat.hidden = true;
  }

  closing(): void {
    this.#bar.closing();
  }

  began({ element }: LogView): void {
    this.#logs.append(element);
  }

  /** Another conversation is looked at: the address names it, so that a page loaded from it goes there. */
  turned({ isPrivate, title }: Conversation): void {
    const { pathname, search } = location;
    const hash = isPrivate ? '' : `#${encodeURIComponent(title)}`;
    history.replaceState(null, '', `${pathname}${search}${hash}`);
  }

  drawSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      this.#draw();
    });
  }

  #draw(): void {
    this.#head.draw();
    this.#rooms.draw();
    this.#people.draw();
    this.#bar.draw(this.#app.session.online);
    const unseen = this.#app.shown?.log.unseen ?? 0;
    this.#newer.hidden = unseen === 0;
    setText(this.#newer, unseen === 1 ? '1 new message' : `${unseen} new messages`);
  }

  #toNewest(): void {
    this.#app.shown?.log.toEnd();
    this.#looked();
    this.#composer.focus();
  }

  #looked(): void {
    const { shown } = this.#app;
    if (shown !== null && this.#app.isLookedAt(shown)) shown.looked();
    this.drawSoon();
  }
}
