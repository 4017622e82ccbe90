import { clean, isNick } from './text.ts';

const NOTICE_MAX = 300;
const REPLIES_MAX = 10;

/** What a worker says besides what it published. */
export interface Verdict {
  /** A sentence for the author, by the number of the message. */
  noticeFor(seq: number): string;
  readonly replies: readonly { readonly from: string; readonly text: string }[];
}

/** Reads a worker's answer; what is not as it should be is left out. */
export function readVerdict(text: string): Verdict {
  const { notices, replies } = objectIn(text);
  const byNumber = isObject(notices) ? notices : {};
  return {
    noticeFor: (seq) => {
      const notice = byNumber[seq];
      return typeof notice === 'string' ? clean(notice).slice(0, NOTICE_MAX) : '';
    },
    replies: Array.isArray(replies) ? replies.slice(0, REPLIES_MAX).flatMap(replyOf) : [],
  };
}

/** What a handler said when it failed. */
export function failureOf(text: string): string {
  const { message } = objectIn(text);
  return typeof message === 'string' ? clean(message).slice(0, NOTICE_MAX) : '';
}

function replyOf(value: unknown): { from: string; text: string }[] {
  if (!isObject(value) || typeof value.text !== 'string') return [];
  const text = clean(value.text);
  const from = typeof value.from === 'string' && isNick(value.from) ? value.from : 'bot';
  return text === '' ? [] : [{ from, text }];
}

function objectIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
