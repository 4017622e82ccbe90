import { type ClientRequest, request } from 'node:http';
import type { Change, Whole } from '../../view/live.ts';
import { EventParser } from './sse.ts';

const AGAIN_MS = 500;
/** A broker that is asked to begin and says nothing for so long is not there. */
const BEGIN_MS = 3000;

export type LiveEvent = ({ event: 'whole' } & Whole) | ({ event: 'change' } & Change);

interface Listener {
  onEvent(event: LiveEvent): void;
  /** It does not answer, or has stopped; it is asked again until it does. */
  onLost(why: string): void;
}

/** What GET /api/live of a broker says, also after it was away. */
export class Feed {
  readonly #http: string;
  readonly #listener: Listener;
  #asking: ClientRequest | null = null;
  #again: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(http: string, listener: Listener) {
    this.#http = http;
    this.#listener = listener;
    this.#ask();
  }

  close(): void {
    this.#isOver = true;
    clearTimeout(this.#again);
    this.#asking?.destroy();
  }

  #ask(): void {
    const headers = { accept: 'text/event-stream' };
    const asking = request(`http://${this.#http}/api/live`, { headers, timeout: BEGIN_MS });
    this.#asking = asking;
    asking.on('response', (answer) => {
      // From now on it may be silent because nothing happens.
      asking.setTimeout(0);
      const { statusCode, headers: said } = answer;
      if (statusCode !== 200 || !said['content-type']?.startsWith('text/event-stream'))
        return this.#lost(asking, `what answers is no broker of this version: HTTP ${statusCode}`);
      const parser = new EventParser();
      answer.setEncoding('utf8');
      answer.on('data', (piece: string) => this.#heard(asking, parser, piece));
      answer.on('error', (error) => this.#lost(asking, whyOf(error)));
      answer.on('end', () => this.#lost(asking, 'it ended the connection'));
    });
    asking.on('timeout', () => this.#lost(asking, `nothing in ${BEGIN_MS} ms`));
    asking.on('error', (error) => this.#lost(asking, whyOf(error)));
    asking.end();
  }

  #heard(asking: ClientRequest, parser: EventParser, piece: string): void {
    for (const { event, data } of parser.push(piece)) {
      if (this.#isOver || asking !== this.#asking) return;
      if (event !== 'whole' && event !== 'change') continue;
      const said = parsed(data);
      if (said === null) this.#lost(asking, 'what it says is no JSON');
      else this.#listener.onEvent({ event, ...said } as LiveEvent);
    }
  }

  /** Once for each time it was asked. */
  #lost(asking: ClientRequest, why: string): void {
    if (this.#isOver || asking !== this.#asking) return;
    this.#asking = null;
    asking.destroy();
    this.#again = setTimeout(() => this.#ask(), AGAIN_MS);
    this.#listener.onLost(why);
  }
}

function parsed(data: string): object | null {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

function whyOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.message;
}
