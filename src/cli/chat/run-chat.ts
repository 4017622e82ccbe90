import { LatidoError } from '../../errors.ts';
import { type Chat, type ChatNews, Client } from '../../index.ts';
import type { ChatProgramOptions } from '../../options.ts';
import { stopAsked } from '../stop.ts';
import { keyOf } from './key-file.ts';
import { safe } from './line.ts';
import { Pipe } from './pipe.ts';
import { Terminal } from './terminal.ts';

/** After that long without a broker a person is told. */
const SILENCE_MS = 1000;

/** The program `chat`: at a terminal for a person, else for a program that says the lines of stdin. */
export async function runChat(options: ChatProgramOptions): Promise<number> {
  const { nick, keyFile, broker, json } = options;
  if (nick === '') {
    throw new LatidoError('OPTION_INVALID', "option '--nick' is required, for example --nick Ana");
  }
  const { key, warning } = keyOf(keyFile);
  if (warning !== null) process.stderr.write(`chat: ${safe(warning)}\n`);
  const client = new Client({ broker });
  let chat: Chat | undefined;
  const open = (onNews: (news: ChatNews) => void) => {
    chat = client.chat({ nick, key, onNews });
    return chat;
  };
  const stop = stopAsked();
  const hangup = new Promise<void>((resolve) => process.once('SIGHUP', () => resolve()));
  const left = Promise.race([stop, hangup]);
  try {
    return isTerminal() && !json
      ? await talk(options, open, left)
      : await pass(options, open, left);
  } finally {
    // Others are told at once, and not when the broker has waited for this person to come back.
    await chat?.close();
    await client.close();
  }
}

type Open = (onNews: (news: ChatNews) => void) => Chat;

function isTerminal(): boolean {
  const { stdin, stdout, env } = process;
  return stdin.isTTY === true && stdout.isTTY === true && env.TERM !== 'dumb';
}

async function talk(
  { room, kind, broker }: ChatProgramOptions,
  open: Open,
  left: Promise<unknown>,
): Promise<number> {
  let isOnline = false;
  const terminal = new Terminal((onNews) =>
    open((news) => {
      isOnline ||= news.news === 'online' || news.news === 'refused';
      onNews(news);
    }),
  );
  const silence = setTimeout(() => {
    const text = `no broker answers at ${broker} yet; what you type is sent when it is there`;
    if (!isOnline) terminal.print([['warning', text]]);
  }, SILENCE_MS);
  terminal.start(room, kind);
  try {
    await Promise.race([left, terminal.left]);
  } finally {
    clearTimeout(silence);
    terminal.close();
  }
  return 0;
}

function pass(
  { room, kind, timeoutMs, json }: ChatProgramOptions,
  open: Open,
  left: Promise<unknown>,
): Promise<number> {
  const pipe = new Pipe(open, json);
  return Promise.race([pipe.run(room, kind, timeoutMs), left.then(() => 0)]);
}
