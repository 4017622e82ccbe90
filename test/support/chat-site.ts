/** A broker, a worker of type chat, and pages in a real browser. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';
import { until } from './poll.ts';
import { freePort, Program, startTestWorker } from './programs.ts';

const WITHIN_MS = 10_000;

/** The browser of this machine; null where there is none. */
export function browserPath(): string | null {
  try {
    return execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
}

export class ChatSite {
  readonly browser: Browser;
  broker: Program;
  /** Errors of the pages, but for those of a broker that is away. */
  readonly errors: string[] = [];
  readonly #args: readonly string[];
  readonly #folder: string;
  readonly #ports: readonly number[];
  #worker: Program | null = null;

  private constructor(browser: Browser, folder: string, ports: readonly number[]) {
    const [frontend, backend, http] = ports;
    this.browser = browser;
    this.#folder = folder;
    this.#ports = ports;
    this.#args = [
      `--frontend=tcp://127.0.0.1:${frontend}`,
      `--backend=tcp://127.0.0.1:${backend}`,
      `--http=127.0.0.1:${http}`,
      `--data=${join(folder, 'data')}`,
      '--memory=false',
      '--json',
    ];
    this.broker = new Program('broker', this.#args);
  }

  static async start(executablePath: string): Promise<ChatSite> {
    const folder = mkdtempSync(join(tmpdir(), 'latido-pages-'));
    const ports = [await freePort(), await freePort(), await freePort()];
    const args = ['--no-sandbox', '--disable-dev-shm-usage'];
    const site = new ChatSite(await chromium.launch({ executablePath, args }), folder, ports);
    await site.broker.line('stdout', /"ready"/);
    site.#worker = await startTestWorker(`tcp://127.0.0.1:${ports[1]}`, '--type=chat');
    return site;
  }

  get frontend(): string {
    return `tcp://127.0.0.1:${this.#ports[0]}`;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ports[2]}/chat`;
  }

  /** A file that goes when the test ends. */
  file(name: string): string {
    return join(this.#folder, name);
  }

  /** A page of a browser of its own, at the form that asks for a nick; `owner` is whose browser it is. */
  async open(owner: string, room: string, options: BrowserContextOptions = {}): Promise<Page> {
    const key = {
      name: 'latido-chat-key',
      value: Buffer.from(owner).toString('hex').padEnd(64, '0'),
    };
    const origin = new URL(this.url).origin;
    const context = await this.browser.newContext({
      viewport: { width: 1280, height: 800 },
      storageState: { cookies: [], origins: [{ origin, localStorage: [key] }] },
      ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(WITHIN_MS);
    page.on('pageerror', (error) => this.errors.push(String(error)));
    page.on('console', (message) => {
      const text = message.text();
      if (message.type() === 'error' && !text.includes('WebSocket connection'))
        this.errors.push(text);
    });
    await page.goto(`${this.url}#${room}`);
    return page;
  }

  /** Somebody who has entered the room. */
  async enter(nick: string, room: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.open(nick, room, options);
    await page.getByLabel('Nick').fill(nick);
    await page.getByRole('button', { name: 'Enter' }).click();
    await page.getByRole('heading', { level: 1, name: room, exact: true }).waitFor();
    return page;
  }

  /** Closes all pages, and waits until the broker knows that they are gone: their nicks are free then. */
  async empty(): Promise<void> {
    for (const context of this.browser.contexts()) await context.close();
    await until('all pages have left', async () => {
      const status = await fetch(new URL('/api/status', this.url));
      return ((await status.json()) as { clients: number }).clients === 0;
    });
  }

  async kill(): Promise<void> {
    this.broker.kill('SIGKILL');
    await this.broker.ended;
  }

  /** The broker is started again where it was. */
  async revive(): Promise<void> {
    this.broker = new Program('broker', this.#args);
    await this.broker.line('stdout', /"ready"/);
  }

  async close(): Promise<void> {
    await this.browser.close();
    for (const program of [this.#worker, this.broker]) {
      program?.kill('SIGKILL');
      await program?.ended;
    }
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Says it as a person would. */
export async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel('Message', { exact: true }).fill(text);
  await page.keyboard.press('Enter');
}

/** The texts that the page shows, of the conversation that is looked at. */
export function texts(page: Page): Promise<string[]> {
  return page.locator('.log:not([hidden]) .said .text').allTextContents();
}

/** Waits until it says so. */
export async function said(where: Locator, text: string): Promise<void> {
  await where
    .getByText(text)
    .or(where.filter({ hasText: text }))
    .first()
    .waitFor();
}
