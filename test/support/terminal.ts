/** A real terminal for a program under test: a pane of tmux, whose screen is what a person would see. */

import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { until } from './poll.ts';

const execute = promisify(execFile);
const latido = fileURLToPath(new URL('../../src/cli/latido.ts', import.meta.url));
/** Keeps the program's process id and its exit code. */
const RUN = 'sh -c "echo \\$\\$ > $0/pid; exec \\"\\$@\\"" sh "$@"; echo $? > $0/code';
const running = new Set<Terminal>();

/** Whether there is something to make terminals with. */
export const hasTerminals = spawnSync('tmux', ['-V']).status === 0;

export class Terminal {
  /** All that the program has written to the terminal. */
  readonly #written: string;
  readonly #folder: string;
  readonly #socket: string;

  /** A program of the package in a terminal of its own, so many columns wide. */
  static async open(args: readonly string[], columns = 80): Promise<Terminal> {
    const terminal = new Terminal();
    running.add(terminal);
    await terminal.#tmux('-f', '/dev/null', 'new-session', '-d', '-x', `${columns}`, '-y', '24');
    await terminal.#tmux('set-option', '-g', 'remain-on-exit', 'on');
    await terminal.#tmux('pipe-pane', `cat > ${terminal.#written}`);
    const env = ['env', '-u', 'NO_COLOR', `XDG_CONFIG_HOME=${terminal.#folder}`];
    const program = [...env, process.execPath, latido, ...args];
    await terminal.#tmux('respawn-pane', '-k', 'sh', '-c', RUN, terminal.#folder, ...program);
    return terminal;
  }

  private constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'latido-terminal-'));
    this.#socket = join(this.#folder, 'socket');
    this.#written = join(this.#folder, 'written');
    writeFileSync(this.#written, '');
  }

  /** Types it, as fast as it can be typed. */
  async type(text: string): Promise<void> {
    await this.#tmux('send-keys', '-l', text);
  }

  /** Keys by the names they have in tmux: Enter, Up, C-c. */
  async press(...keys: readonly string[]): Promise<void> {
    await this.#tmux('send-keys', ...keys);
  }

  /** Types a line and ends it. */
  async enter(line: string): Promise<void> {
    await this.type(line);
    await this.press('Enter');
  }

  /** The lines of the screen, from its top, with those that are wrapped in one piece. */
  async screen(): Promise<string> {
    return (await this.#tmux('capture-pane', '-p', '-J')).replaceAll(/ +$/gm, '').trimEnd();
  }

  /** Waits until the screen looks like that, and returns it. */
  async shows(pattern: RegExp): Promise<string> {
    let seen = '';
    const look = async () => {
      seen = await this.screen();
      return pattern.test(seen) && seen;
    };
    return until(`${pattern} on the screen`, look).catch((error) => {
      throw new Error(`${error.message}:\n${seen}`);
    });
  }

  /** Column and row of the cursor, from 0. */
  async cursor(): Promise<[number, number]> {
    const shown = await this.#tmux('display-message', '-p', '#{cursor_x} #{cursor_y}');
    const [column = 0, row = 0] = shown.trim().split(' ').map(Number);
    return [column, row];
  }

  /** Every byte that was written to the terminal, as text. */
  written(): string {
    return readFileSync(this.#written, 'utf8');
  }

  /** Waits until that was written, and returns all: it comes later than to the screen, through a program of tmux's. */
  wrote(text: string): Promise<string> {
    const all = () => this.written().includes(text) && this.written();
    return until(`${JSON.stringify(text)} in what was written`, all);
  }

  /** The exit code, once the program has ended. */
  async exitCode(): Promise<number> {
    return Number(await this.#kept('code'));
  }

  async pid(): Promise<number> {
    return Number(await this.#kept('pid'));
  }

  /** Takes the terminal away from the program: it hangs up. */
  async close(): Promise<void> {
    running.delete(this);
    const pid = await this.pid();
    await this.#tmux('kill-server').catch(() => {});
    await until('the end of the program', () => !isRunning(pid));
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  static async closeAll(): Promise<void> {
    await Promise.all([...running].map((terminal) => terminal.close()));
  }

  /** What the shell has written into its folder about the program. */
  #kept(name: 'code' | 'pid'): Promise<string> {
    const file = join(this.#folder, name);
    return until(`the ${name} of the program`, () => {
      return existsSync(file) && readFileSync(file, 'utf8').trim();
    });
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    const env = { ...process.env, LC_ALL: 'C.UTF-8', TERM: 'xterm-256color', TMUX: undefined };
    return (await execute('tmux', ['-u', '-S', this.#socket, ...args], { env })).stdout;
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
