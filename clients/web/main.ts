/** The page at /chat: who sits before it, the connection, and what is drawn. */

import { ChatApp, type ChatViews } from './chat-app.ts';
import { DoorView } from './door-view.ts';
import { type Identity, identify, keepStay, rememberNick } from './identity.ts';
import { Link } from './link.ts';
import { Page } from './page.ts';

const LIST_EVERY_MS = 5000;

start(identify());

function start(identity: Identity): void {
  const room = decodeURIComponent(location.hash.slice(1));
  let app: ChatApp | null = null;
  const door = new DoorView(identity.nick, room, (nick, into) => {
    if (app === null) app = enter(identity, nick, into, door);
    else void app.session.rename(nick).catch(() => {});
  });
  if (identity.stay !== null) app = enter(identity, identity.nick, '', door);
  else door.show('');
}

function enter(identity: Identity, nick: string, into: string, door: DoorView): ChatApp {
  const { instance, key, stay } = identity;
  const link = new Link(socketUrl());
  let isIn = false;
  const views: ChatViews = {
    changed: () => page.drawSoon(),
    began: ({ log }) => page.began(log),
    turned: (shown) => page.turned(shown),
    closing: () => page.closing(),
    refused: (_code, text) => {
      page.hide();
      door.show(text);
    },
    entered: () => {
      rememberNick(app.session.nick);
      door.hide();
      page.show();
      if (!isIn) void begin(app, into);
      isIn = true;
    },
  };
  const person = { nick, key, instance, ...(stay !== null && { memory: stay.memory }) };
  const app = new ChatApp(person, link, views);
  const page = new Page(app, () => quit(app, link));
  if (stay !== null) app.restore(stay.conversations, stay.shown);
  link.start(app.session);
  setInterval(() => look(app, link), LIST_EVERY_MS);
  addEventListener('pagehide', () => {
    if (isIn && !link.isOver) keepStay({ instance, ...app.stay() });
  });
  return app;
}

/** Goes into the room that was asked for, or into those where the person is already, or into any. */
async function begin(app: ChatApp, into: string): Promise<void> {
  const [first] = app.conversations.values();
  if (into !== '') await app.join(into);
  else if (first === undefined) await app.join();
  else if (app.shown === null) app.show(first);
  await app.refreshLines();
}

/** What rooms there are changes without a word; that something comes back says that the broker is there, too. */
function look(app: ChatApp, link: Link): void {
  if (!app.session.online || document.hidden) return;
  link.asked();
  void app.refreshLines();
}

function quit(app: ChatApp, link: Link): void {
  app.session.exit();
  link.stop();
  location.hash = '';
  location.reload();
}

function socketUrl(): string {
  const url = new URL('/chat/socket', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  return url.href;
}
