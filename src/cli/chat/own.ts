import type { Message } from '../../index.ts';
import type { Line } from './line.ts';
import { ownLine, ownLines, type Reader, type Saying } from './lines.ts';

/** So long a message that was sent stands in the footer before it moves up among the others. */
const SENT_MS = 2000;
const FOOTER_MAX = 5;

interface Entry extends Saying {
  reached: number;
  /** When it was seen to be sent. */
  sentAt: number;
  isPrinted: boolean;
}

/**
 * What a person has said and is not delivered yet. It stands in the footer, with its state; once it is delivered or has
 * failed, or was sent a while ago, it is printed.
 */
export class Own {
  #open: Entry[] = [];

  /** How many the broker has not taken. */
  get waiting(): number {
    return this.#open.filter(({ message }) => message.state === 'waiting').length;
  }

  add(now: number, message: Message): void {
    const entry: Entry = { message, at: now, reached: 0, sentAt: 0, isPrinted: false };
    this.#open.push(entry);
    // It is known at once, before anything is drawn.
    message.done.then(
      ({ to }) => {
        entry.reached = to;
      },
      () => {},
    );
  }

  /** The lines that are to be printed now. */
  look(reader: Reader): readonly Line[] {
    const lines: Line[] = [];
    for (const entry of this.#open) lines.push(...looked(entry, reader));
    this.#open = this.#open.filter(({ message }) => isOpen(message));
    return lines;
  }

  /** The lines of all that has not been printed, as it stands. */
  end(reader: Reader): readonly Line[] {
    const lines = this.look(reader);
    const rest = this.#open.filter(({ isPrinted }) => !isPrinted);
    return [...lines, ...rest.flatMap((entry) => ownLines(entry, reader))];
  }

  /** When to look again though nothing has changed; null for never. */
  due(): number | null {
    const sent = this.#open.filter(({ isPrinted, sentAt }) => !isPrinted && sentAt > 0);
    return sent.length === 0 ? null : Math.min(...sent.map(({ sentAt }) => sentAt + SENT_MS));
  }

  /** What stands in the footer: the first few. */
  footer(reader: Reader): readonly Line[] {
    const shown = this.#open.filter(({ isPrinted }) => !isPrinted);
    const lines: Line[] = shown.slice(0, FOOTER_MAX).map((entry) => ownLine(entry, reader));
    const more = shown.length - FOOTER_MAX;
    return more > 0 ? [...lines, [['dim', `and ${more} more`]]] : lines;
  }
}

function looked(entry: Entry, reader: Reader): readonly Line[] {
  const { message, isPrinted } = entry;
  if (message.state === 'sent' && entry.sentAt === 0) entry.sentAt = reader.now;
  const isEnd = !isOpen(message);
  if (!isEnd && (message.state === 'waiting' || reader.now < entry.sentAt + SENT_MS)) return [];
  if (!isEnd && isPrinted) return [];
  entry.isPrinted = true;
  const lines = ownLines(entry, reader);
  return isPrinted ? lines.map(dimmed) : lines;
}

function isOpen({ state }: Message): boolean {
  return state === 'waiting' || state === 'sent';
}

/** It stands further up already, as sent. */
function dimmed(line: Line): Line {
  return line.map((span) => ['dim', typeof span === 'string' ? span : span[1]]);
}
