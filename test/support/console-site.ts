/** A broker that keeps data, workers that are started and killed, and the console in a real browser. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { Client } from '../../src/index.ts';
import type { Status } from '../../src/view/status.ts';
import { until } from './poll.ts';
import { quietPort } from './processes.ts';
import { Program } from './programs.ts';

const WITHIN_MS = 10_000;
/** What the browser itself says of a broker that refuses or is away. */
const EXPECTED = /Failed to load resource|net::ERR_/;

const files = {
  /** Does what the job says. */
  work: fileURLToPath(new URL('./work.ts', import.meta.url)),
  /** Fails as long as there is the file that the job names. */
  broken: fileURLToPath(new URL('./handlers.ts', import.meta.url)),
} as const;

export class ConsoleSite {
  readonly browser: Browser;
  readonly errors: string[] = [];
  readonly frontend: string;
  broker: Program;
  #client: Client | null = null;
  readonly #backend: string;
  readonly #http: string;
  readonly #folder: string;
  readonly #args: readonly string[];
  readonly #workers: Program[] = [];
  #over = new AbortController();

  private constructor(browser: Browser, [frontend, backend, http]: readonly number[]) {
    this.browser = browser;
    this.#folder = mkdtempSync(join(tmpdir(), 'latido-console-'));
    this.frontend = `tcp://127.0.0.1:${frontend}`;
    this.#backend = `tcp://127.0.0.1:${backend}`;
    this.#http = `127.0.0.1:${http}`;
    this.#args = [
      `--frontend=${this.frontend}`,
      `--backend=${this.#backend}`,
      `--http=${this.#http}`,
      `--data=${join(this.#folder, 'data')}`,
      '--memory=false',
      '--json',
    ];
    this.broker = new Program('broker', this.#args);
  }

  static async start(executablePath: string): Promise<ConsoleSite> {
    const ports = [await quietPort(), await quietPort(), await quietPort()];
    const args = ['--no-sandbox', '--disable-dev-shm-usage'];
    const site = new ConsoleSite(await chromium.launch({ executablePath, args }), ports);
    await site.broker.line('stdout', /"ready"/);
    return site;
  }

  get client(): Client {
    this.#client ??= new Client({ broker: this.frontend });
    return this.#client;
  }

  get token(): string {
    return readFileSync(join(this.#folder, 'data', 'admin-token'), 'utf8').trim();
  }

  /** A file that breaks the handler `broken` as long as it is there. */
  fault(name: string): string {
    const file = join(this.#folder, name);
    writeFileSync(file, '');
    return file;
  }

  /** A worker that has joined; it is killed when its test is over. */
  async worker(
    name: string,
    type: string,
    handler: keyof typeof files = 'work',
    ...more: string[]
  ) {
    const args = [`--broker=${this.#backend}`, `--name=${name}`, `--type=${type}`, '--load=busy'];
    const worker = new Program('worker', [...args, `--handler=${files[handler]}`, ...more]);
    this.#workers.push(worker);
    await worker.line('stdout', /ready/);
    return worker;
  }

  /** A page of a browser of its own at that screen, once it shows what the broker says. */
  async open(hash: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({
      viewport: { width: 1280, height: 900 },
      ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(WITHIN_MS);
    page.on('pageerror', (error) => this.errors.push(String(error)));
    page.on('console', (message) => {
      const isExpected = EXPECTED.test(message.text());
      if (message.type() === 'error' && !isExpected) this.errors.push(message.text());
    });
    await page.goto(`http://${this.#http}/${hash}`);
    await page.locator('#figures dd').first().waitFor();
    return page;
  }

  async status(): Promise<Status> {
    return (await (await fetch(`http://${this.#http}/api/status`)).json()) as Status;
  }

  async get<T>(path: string): Promise<T> {
    return JSON.parse(await this.text(path)) as T;
  }

  async text(path: string): Promise<string> {
    return (await fetch(`http://${this.#http}${path}`)).text();
  }

  /** The text of a job's answer; what has none when the test is over is cancelled. */
  call(type: string, body: object): Promise<string> {
    const answer = this.client.call(type, body, { timeoutMs: 60_000, signal: this.#over.signal });
    const text = answer.then((said) => said.text());
    text.catch(() => {});
    return text;
  }

  /** The name of the worker that has a job of the type. */
  busy(type: string): Promise<string> {
    return until(`a worker has a job of type ${type}`, async () => {
      const { workers } = await this.status();
      return workers.find(({ types, inflight }) => types.includes(type) && inflight > 0)?.name;
    });
  }

  async kill(): Promise<void> {
    this.broker.kill('SIGKILL');
    await this.broker.ended;
  }

  async revive(): Promise<void> {
    this.broker = new Program('broker', this.#args);
    await this.broker.line('stdout', /"ready"/);
  }

  /** Closes all pages, cancels all calls and ends all workers. */
  async empty(): Promise<void> {
    for (const context of this.browser.contexts()) await context.close();
    this.#over.abort();
    this.#over = new AbortController();
    for (const worker of this.#workers.splice(0)) {
      worker.kill('SIGKILL');
      await worker.ended;
    }
    await until('all workers are gone', async () => (await this.status()).workers.length === 0);
  }

  async close(): Promise<void> {
    await this.#client?.close();
    await this.browser.close();
    for (const program of [...this.#workers, this.broker]) {
      program.kill('SIGKILL');
      await program.ended;
    }
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Gives the page the token, as a person would. */
export async function unlock(page: Page, token: string): Promise<void> {
  await page.getByRole('button', { name: 'Unlock changes' }).click();
  await page.getByLabel('Admin token').fill(token);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Lock changes', exact: true }).waitFor();
}

/** What axe finds of serious faults. */
export async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = (await page.evaluate('axe.run()')) as {
    violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
}
