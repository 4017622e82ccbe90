/** The least that a chat needs: `node clients/chat.ts Ana garden`; each line is said, and what others say is printed. */

import { createInterface } from 'node:readline';
import { type ChatNews, Client, LatidoError } from '../src/index.ts';

const [nick = 'Ana', room = 'garden'] = process.argv.slice(2);
const client = new Client({ connectTimeoutMs: 5000 });
const chat = client.chat({ nick, onNews: show });

function show(news: ChatNews): void {
  if (news.news === 'said') print(`${news.said.from}: ${news.said.text}`);
  if (news.news === 'people' && news.came.length > 0) print(`${news.came.join(', ')} came`);
  if (news.news === 'people' && news.went.length > 0) print(`${news.went.join(', ')} went`);
  if (news.news === 'message' && news.message.notice !== '') print(news.message.notice);
  if (news.news === 'offline') print('the broker is away');
  if (news.news === 'refused') {
    print(news.text);
    process.exit(1);
  }
}

/** What others wrote could move the cursor, or worse: no control character gets to the terminal. */
function print(text: string): void {
  console.log(text.replaceAll(/\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '?'));
}

try {
  const { people } = await chat.join(room);
  print(`${people.join(', ')} in ${room}`);
  const said = [];
  for await (const line of createInterface({ input: process.stdin })) {
    if (line !== '') said.push(chat.say(room, line).done);
  }
  await Promise.all(said);
} catch (error) {
  if (!(error instanceof LatidoError)) throw error;
  print(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}
await chat.close();
await client.close();
