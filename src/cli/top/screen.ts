import type { WriteStream } from 'node:tty';
import { type Line, rendered, wantsColor } from '../chat/line.ts';
import { lineWidth } from './fit.ts';

/** Another screen than the one the shell is on, no cursor, and no second row for what is too long. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l';
const CLEAR = '\u001b[2J';
const CLEAR_RIGHT = '\u001b[K';

/** The whole terminal as lines; only those that are others than before are written. */
export class Screen {
  readonly #output: WriteStream;
  readonly #hasColor: boolean;
  #shown: string[] = [];
  #isOpen = false;

  constructor(output: WriteStream) {
    this.#output = output;
    this.#hasColor = wantsColor(output);
  }

  get columns(): number {
    return this.#output.columns || 80;
  }

  get rows(): number {
    return this.#output.rows || 24;
  }

  enter(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#output.write(ENTER);
    this.forget();
  }

  /** The terminal as it was. It may be called at any moment, and twice. */
  readonly leave = (): void => {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#output.write(LEAVE);
  };

  /** What was drawn is not there any more. */
  forget(): void {
    this.#shown = [];
    if (this.#isOpen) this.#output.write(CLEAR);
  }

  draw(lines: readonly Line[]): void {
    if (!this.#isOpen) return;
    let text = '';
    for (const [i, line] of lines.entries()) {
      // Behind a full line, "clear what is to the right" would take its last sign.
      const end = lineWidth(line) < this.columns ? CLEAR_RIGHT : '';
      const row = rendered(line, this.#hasColor) + end;
      if (row === this.#shown[i]) continue;
      this.#shown[i] = row;
      text += `\u001b[${i + 1};1H${row}`;
    }
    if (text !== '') this.#output.write(text);
  }
}
