import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatJob, Handler } from '../../../src/index.ts';
import { chat as atOnce } from '../../../workers/chat.ts';

/** The worker that comes along, a millisecond slower: one that is killed is mostly at work. */
export const chat: Handler<ChatJob> = async (job) => {
  await sleep(1);
  return atOnce(job);
};
