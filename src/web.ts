/** The part of the SDK that runs in a browser: the chat, over any connection that carries text, and what the broker's HTTP side says. */

export type {
  RoomKind,
  RoomLine,
  RoomView,
  Utterance,
} from './chat/words.ts';
export { type Delivery, Message } from './client/chat/message.ts';
export type { ChatNews } from './client/chat/news.ts';
export type { RoomState } from './client/chat/room.ts';
export { type ChatMemory, ChatSession, type ChatWire, type Person } from './client/chat/session.ts';
export { type ChatCommand, chatCommands, readTyped, type Typed } from './client/chat/typed.ts';
export { type ErrorCode, LatidoError } from './errors.ts';
export {
  type Finding,
  findingsOf,
  healthText,
  type Level,
  levelOf,
} from './view/health.ts';
export type * from './view/jobs.ts';
export type * from './view/live.ts';
export { LiveModel, type StateCounts, workerName } from './view/model.ts';
export type { Rate } from './view/rates.ts';
export type * from './view/status.ts';
export { agoText, bytesText, countText, durationText, many, rateText } from './view/units.ts';
