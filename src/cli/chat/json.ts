import type { ChatNews } from '../../index.ts';
import type { Outcome } from './orders.ts';

/** News as a value whose `event` says what it is, for programs. */
export function newsValue(news: ChatNews): object {
  switch (news.news) {
    case 'said':
      return { event: 'said', room: news.room, seq: news.seq, ...news.said };
    case 'message': {
      const { n, room, to, text, state, notice } = news.message;
      return { event: 'message', n, room, to, text, state, notice };
    }
    default: {
      const { news: event, ...fields } = news;
      return { event, ...fields };
    }
  }
}

/** The same of what became of an order; null where news say it. */
export function outcomeValue(outcome: Outcome): object | null {
  const { outcome: event, ...fields } = outcome;
  if (event === 'message' || event === 'help' || event === 'quit') return null;
  return { event, ...fields };
}
