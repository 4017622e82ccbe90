/** The SDK of Latido: clients hand in jobs, workers do them. */

export type {
  ChatAnswer,
  ChatJob,
  RoomKind,
  RoomLine,
  RoomView,
  Utterance,
} from './chat/words.ts';
export { Answer, Part } from './client/answer.ts';
export { ChannelDelivery } from './client/channel-delivery.ts';
export { Chat, type ChatSettings } from './client/chat/chat.ts';
export { type Delivery, Message } from './client/chat/message.ts';
export type { ChatNews } from './client/chat/news.ts';
export type { RoomState } from './client/chat/room.ts';
export { type ChatCommand, chatCommands, readTyped, type Typed } from './client/chat/typed.ts';
export { Client, type ClientSettings } from './client/client.ts';
export { Handle } from './client/handle.ts';
export type {
  AnswerOptions,
  Backoff,
  CallOptions,
  JobLevel,
  SubmitOptions,
} from './client/job-options.ts';
export { Stream } from './client/stream.ts';
export { type SubscribeOptions, Subscription } from './client/subscription.ts';
export { type ErrorCode, LatidoError } from './errors.ts';
export type { AnyJobs, JobTypes, Progress } from './wire/bodies.ts';
export type { PeerEvent } from './wire/peer-event.ts';
export type { HandlerFigures, WorkerFigures } from './worker/figures.ts';
export { Job } from './worker/job.ts';
export type { LoadSource } from './worker/load.ts';
export { PermanentError } from './worker/permanent-error.ts';
export type { PublishOptions } from './worker/published.ts';
export { type Handler, Worker, type WorkerSettings } from './worker/worker.ts';
