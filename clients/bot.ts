/** A bot: `node clients/bot.ts garden` greets who comes into the room, and answers !time, !roll and !help. */

import { randomInt } from 'node:crypto';
import { Client } from '../src/index.ts';

const [room = 'garden', nick = 'Robot'] = process.argv.slice(2);
const client = new Client();
const chat = client.chat({ nick });
const greeted = new Set<string>();

const ANSWERS: Readonly<Record<string, () => string>> = {
  '!time': () => `it is ${new Date().toTimeString().slice(0, 5)}`,
  '!roll': () => `a ${randomInt(1, 7)}`,
  '!help': () => Object.keys(ANSWERS).join(', '),
};

/** Once each: who comes back after a loss of the connection is not greeted again. */
function greet(who: string): void {
  if (greeted.has(who) || who === chat.nick) return;
  greeted.add(who);
  chat.say(room, `Welcome, ${who}! I know ${Object.keys(ANSWERS).join(', ')}.`);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void chat.close());
}
chat.join(room).then(
  () => console.error(`${nick} is in ${room}`),
  () => chat.close(),
);
for await (const news of chat) {
  if (news.news === 'refused') {
    console.error(news.text);
    process.exitCode = 1;
    break;
  }
  if (news.news === 'people' && news.room === room) news.came.forEach(greet);
  if (news.news !== 'said' || news.said.bot) continue;
  const { from, text } = news.said;
  const word = text.trim();
  const answer = Object.hasOwn(ANSWERS, word) ? ANSWERS[word]?.() : undefined;
  if (answer === undefined) continue;
  if (news.room === '') chat.msg(from, answer);
  else chat.say(news.room, answer);
}
await chat.close();
await client.close();
