import { createInterface, type Interface, type Key } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';
import { type Line, rendered, wantsColor } from './line.ts';

/** So many columns that a line of the footer never takes a second row: what is too long is cut off by the terminal. */
const NO_WRAP = '\u001b[?7l';
const WRAP = '\u001b[?7h';
const CLEAR_BELOW = '\r\u001b[J';

interface Owner {
  onLine(text: string): void;
  /** Ctrl-C, Ctrl-D, or the terminal is gone. */
  onLeave(): void;
  /** What the last word of the line may become. */
  complete(line: string): readonly string[];
}

/**
 * A terminal with three parts: what has been printed, and moves up; the footer, a few lines that change; the line that
 * is typed, with its history. Whatever is printed, what is being typed stays as it is, and so does its cursor.
 *
 *     20:15 Bea: hello        ← printed
 *     20:15 Ana: are you …    ← footer
 *     garden> what about      ← typed
 */
export class Screen {
  readonly #output: WriteStream;
  readonly #readline: Interface & { prevRows?: number };
  readonly #owner: Owner;
  readonly #hasColor: boolean;
  #footer: readonly Line[] = [];
  /** Rows of the footer that stand above the typed line now. */
  #footerRows = 0;
  /** The row of the typed line, counted from its first, in which it ended when it was ended. */
  #lastRow = 0;
  #isOver = false;
  /** Nothing is typed any more; what was typed last is there still. */
  #isClosed = false;

  constructor(input: ReadStream, output: WriteStream, owner: Owner) {
    this.#output = output;
    this.#owner = owner;
    this.#hasColor = wantsColor(output);
    this.#readline = createInterface({
      input,
      output,
      terminal: true,
      removeHistoryDuplicates: true,
      completer: (line: string) => this.#completed(line),
    });
    input.prependListener('keypress', (_: string, key: Key) => this.#beforeKey(key));
    this.#readline.on('line', (text) => this.#entered(text));
    this.#readline.on('SIGINT', () => owner.onLeave());
    this.#readline.on('close', () => {
      this.#isClosed = true;
      owner.onLeave();
    });
    // The terminal was taken away: neither can it be read, nor written, nor set.
    for (const stream of [this.#readline, input, output]) stream.on('error', () => owner.onLeave());
  }

  /** Lines that stay, above the typed one; what stands between them and it from now on, and in front of it. */
  show(lines: readonly Line[], footer: readonly Line[], prompt: string): void {
    if (this.#isOver || this.#isClosed) return;
    const { rows } = this.#readline.getCursorPos();
    this.#footer = footer;
    this.#readline.setPrompt(rendered([prompt], false));
    this.#draw(rows, lines);
  }

  /** Takes footer and prompt away, prints what is left to say, and gives the terminal back. */
  close(lines: readonly Line[]): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#output.write(this.#cleared(this.#readline.getCursorPos().rows, lines));
    this.#readline.close();
  }

  /** Anew from the first row of the footer on; the cursor is so many rows below the first of the typed line. */
  #draw(row: number, lines: readonly Line[]): void {
    const cleared = this.#cleared(row, lines);
    this.#footerRows = this.#footer.length;
    const footer = this.#footerRows > 0 ? NO_WRAP + this.#text(this.#footer) + WRAP : '';
    this.#output.write(cleared + footer);
    // Readline would go up as many rows as it believes to be down; after a paste it believes wrong.
    this.#readline.prevRows = 0;
    this.#readline.prompt(true);
  }

  /** What takes away all from the footer on, and puts lines there that stay. */
  #cleared(row: number, lines: readonly Line[]): string {
    const rows = row + this.#footerRows;
    return (rows > 0 ? `\u001b[${rows}A` : '') + CLEAR_BELOW + this.#text(lines);
  }

  #text(lines: readonly Line[]): string {
    return lines.map((line) => `${rendered(line, this.#hasColor)}\r\n`).join('');
  }

  /** At the end of a line its cursor is moved behind it, so that it is known how many rows it takes. */
  #beforeKey(key: Key | undefined): void {
    if (key?.name !== 'return' && key?.name !== 'enter') return;
    this.#readline.write(null, { ctrl: true, name: 'e' });
    this.#lastRow = this.#readline.getCursorPos().rows;
  }

  /** What was typed is taken away: it is printed when it is known what becomes of it. */
  #entered(text: string): void {
    if (this.#isOver || this.#isClosed) return;
    this.#draw(this.#lastRow + 1, []);
    this.#owner.onLine(text);
  }

  /** Candidates are printed above: readline itself would write them below, where the footer is not expected. */
  #completed(line: string): [string[], string] {
    const word = /\S*$/.exec(line)?.[0] ?? '';
    const found = this.#owner.complete(line);
    if (found.length <= 1) return [[...found], word];
    const candidates: Line = [['dim', found.map((one) => one.trim()).join('  ')]];
    this.#draw(this.#readline.getCursorPos().rows, [candidates]);
    const common = found.reduce(commonStart);
    return [common.length > word.length ? [common] : [], word];
  }
}

function commonStart(one: string, other: string): string {
  let length = 0;
  while (length < one.length && sameLetter(one[length], other[length])) length++;
  return one.slice(0, length);
}

function sameLetter(one: string | undefined, other: string | undefined): boolean {
  return one?.toLowerCase() === other?.toLowerCase();
}
