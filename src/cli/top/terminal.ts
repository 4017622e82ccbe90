import { emitKeypressEvents, type Key } from 'node:readline';
import { firstLook, type Look, pressed } from './look.ts';
import { picture } from './picture.ts';
import { Screen } from './screen.ts';
import { Watch } from './watch.ts';

/** Between two pictures of what happens; what keys ask for is drawn at once. */
const DRAW_MS = 250;
/** Ages and the clock go on when nothing happens. */
const TICK_MS = 1000;

/** `latido top` on a terminal, until somebody leaves it. */
export class TopTerminal {
  /** Resolves when the person leaves, or the terminal is gone. */
  readonly left: Promise<void>;
  readonly #screen = new Screen(process.stdout);
  readonly #watch: Watch;
  #look: Look = firstLook;
  #page = 1;
  #most = 0;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #due: NodeJS.Timeout | undefined;
  #tick: NodeJS.Timeout | undefined;
  #leave!: () => void;

  constructor(http: string) {
    this.left = new Promise((resolve) => {
      this.#leave = resolve;
    });
    this.#watch = new Watch(http, () => this.#soon());
  }

  open(): void {
    const { stdin, stdout } = process;
    // Whatever ends the process, the terminal is as it was, and an error is told on the screen that stays.
    process.once('exit', this.#screen.leave);
    process.once('uncaughtExceptionMonitor', this.#screen.leave);
    for (const stream of [stdin, stdout]) stream.on('error', () => this.#leave());
    stdout.on('resize', this.#onResize);
    if (stdin.isTTY) {
      emitKeypressEvents(stdin);
      stdin.setRawMode(true);
      stdin.on('keypress', this.#onKey);
      stdin.resume();
    }
    this.#screen.enter();
    this.#tick = setInterval(() => this.#soon(), TICK_MS);
    this.#watch.start();
    this.#draw();
  }

  close(): void {
    const { stdin, stdout } = process;
    clearTimeout(this.#due);
    clearInterval(this.#tick);
    this.#watch.stop();
    stdout.off('resize', this.#onResize);
    stdin.off('keypress', this.#onKey);
    this.#screen.leave();
    if (stdin.isTTY) stdin.setRawMode(false);
    stdin.pause();
  }

  readonly #onResize = (): void => {
    this.#screen.forget();
    this.#draw();
  };

  readonly #onKey = (typed: string | undefined, key: Key): void => {
    if (key.ctrl && key.name === 'z') this.#suspend();
    else if (typed === 'q' || (key.ctrl && /^[cd]$/.test(key.name ?? ''))) this.#leave();
    else this.#obey(typed === '?' ? '?' : (key.name ?? ''));
  };

  #obey(key: string): void {
    const before = this.#look;
    this.#look = pressed(before, key, this.#page, this.#most);
    if (this.#look.isPaused && !before.isPaused) this.#watch.stop();
    if (!this.#look.isPaused && before.isPaused) this.#watch.start();
    this.#draw();
  }

  /** The shell has the terminal until it lets this go on. */
  #suspend(): void {
    this.#screen.leave();
    process.stdin.setRawMode(false);
    process.once('SIGCONT', () => {
      process.stdin.setRawMode(true);
      this.#screen.enter();
      this.#draw();
    });
    process.kill(process.pid, 'SIGTSTP');
  }

  /** At most four times a second. */
  #soon(): void {
    if (this.#due !== undefined) return;
    const wait = Math.max(0, this.#drawnAt + DRAW_MS - performance.now());
    this.#due = setTimeout(() => this.#draw(), wait);
  }

  #draw(): void {
    clearTimeout(this.#due);
    this.#due = undefined;
    this.#drawnAt = performance.now();
    const { columns, rows } = this.#screen;
    const seen = { watch: this.#watch, look: this.#look, now: Date.now() };
    const { lines, page, most } = picture(seen, columns, rows);
    this.#page = page;
    this.#most = most;
    this.#screen.draw(lines);
  }
}
