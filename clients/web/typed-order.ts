import { chatCommands, type RoomView, type Typed } from '../../src/web.ts';
import type { ChatApp } from './chat-app.ts';
import { keyOfRoom } from './conversation.ts';

/** Does what a line means that was typed; its results are lines in the conversation that is looked at. */
export function obey(typed: Exclude<Typed, { do: 'quit' }>, app: ChatApp): void {
  switch (typed.do) {
    case 'say':
      if (app.shown === null) app.note('Join a room first: /join', 'warning');
      else app.say(typed.text);
      break;
    case 'msg':
      app.tell(typed.to, typed.text);
      break;
    case 'join':
      void app.join(typed.room, typed.kind);
      break;
    case 'room':
      look(app, typed.room);
      break;
    case 'nick':
      void app.ask((session) => session.rename(typed.nick));
      break;
    case 'rooms':
      void rooms(app);
      break;
    case 'help':
      help(app);
      break;
    case 'nothing':
      app.note(typed.text, 'warning');
      break;
    default:
      inRoom(typed, app);
  }
}

type InRoom = Extract<Typed, { room: string | undefined }>;

function inRoom(typed: InRoom, app: ChatApp): void {
  const room = typed.room ?? app.shown?.room?.room;
  if (room === undefined) {
    app.note(`Name a room: /${typed.do} room`, 'warning');
  } else if (typed.do === 'leave') {
    void app.leave(room);
  } else if (typed.do === 'who') {
    void who(app, room);
  } else if (typed.do === 'take') {
    void app.ask((session) => session.take(room, typed.on));
  } else if (typed.do === 'subscribe') {
    void app.ask((session) => session.subscribe(room));
  } else if (typed.do === 'unsubscribe') {
    void app.ask((session) => session.unsubscribe(room));
  }
}

function look(app: ChatApp, room: string): void {
  const conversation = app.conversations.get(keyOfRoom(room));
  if (conversation === undefined) app.note(`You are not in ${room}: /join ${room}`, 'warning');
  else app.show(conversation);
}

async function who(app: ChatApp, room: string): Promise<void> {
  const view: RoomView | null = await app.ask((session) => session.who(room));
  if (view === null) return;
  const more = view.count - view.people.length;
  const names = view.people.join(', ') + (more > 0 ? ` and ${more} more` : '');
  app.note(`${room} (${view.kind}, ${view.count}): ${names || 'nobody'}`, 'help');
}

async function rooms(app: ChatApp): Promise<void> {
  await app.refreshLines();
  const lines = app.lines.map(
    ({ room, kind, online, members, people }) =>
      `${room}: ${kind}, ${online} there of ${members}${people.length > 0 ? ` (${people.join(', ')})` : ''}`,
  );
  app.note(
    lines.length > 0 ? lines.join('\n') : 'There are no rooms yet: /join makes one.',
    'help',
  );
}

function help(app: ChatApp): void {
  const lines = chatCommands.map(({ typed, describe }) => `${typed}: ${describe}`);
  app.note(lines.join('\n'), 'help');
}
