/** Type chat: what becomes of what people say. `chatWith` takes a filter of your own: drop, change, answer. */

import { type ChatJob, type Handler, type Utterance, Worker } from '../src/index.ts';

type Message = ChatJob['messages'][number];

/** What a filter may want: another text, that nobody gets it and the author hears why, that a bot says something. */
export interface Wish {
  readonly text?: string;
  readonly drop?: string;
  readonly reply?: { readonly from: string; readonly text: string };
}

const MENTION = /@([\p{L}\p{N}_-]{1,24})/gu;
const LINK = /https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]}']/gu;
const ACT = /^\/me\s+/;

type Filter = (message: Message, job: ChatJob) => Wish | undefined;

/** The handler of the type `chat` that comes along, behind a filter that looks at each message. */
export function chatWith(filter: Filter): Handler<ChatJob> {
  return (job) => {
    const said = job.json();
    const notices: Record<number, string> = {};
    const replies: NonNullable<Wish['reply']>[] = [];
    for (const message of said.messages) {
      const wish = message.bot ? undefined : filter(message, said);
      if (wish?.reply) replies.push(wish.reply);
      if (wish?.drop !== undefined) notices[message.seq] = wish.drop;
      else {
        const body = utteranceOf(message, wish?.text ?? message.text);
        job.publish(said.channel, body, { seq: message.seq, but: [message.from] });
      }
    }
    return { notices, replies };
  };
}

/** What members are shown: mentions, links and acts are found here, once for all. */
function utteranceOf({ from, id, n, at, bot = false }: Message, words: string): Utterance {
  const text = words.replace(ACT, '');
  const mentions = [...text.matchAll(MENTION)].map(([, nick]) => nick!);
  const links = [...text.matchAll(LINK)].map(
    ({ 0: to, index: at }) => [at, at + to.length] as const,
  );
  return { from, id, n, at, text, act: text !== words, bot, mentions, links };
}

export const chat = chatWith(() => undefined);

if (import.meta.main) {
  await new Worker({ capacity: 64 }).handle('chat', chat).start();
  console.error('a worker for type chat is ready');
}
