import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { Client } from '../../src/index.ts';
import type { JobPage } from '../../src/view/jobs.ts';
import { until } from './poll.ts';
import {
  type Program,
  run,
  startTestBroker,
  startTestWorker,
  type TestBroker,
} from './programs.ts';

const handlers = fileURLToPath(new URL('./handlers.ts', import.meta.url));
const ONCE = { attemptsMax: 1 };

/** A broker with a data directory, a client, and a file that breaks handlers as long as it is there. */
export class Site {
  readonly t: ExecutionContext;
  readonly dir: string;
  readonly fault: string;
  broker!: TestBroker;
  client!: Client;

  static async start(t: ExecutionContext): Promise<Site> {
    const site = new Site(t);
    await site.startBroker();
    return site;
  }

  constructor(t: ExecutionContext) {
    this.t = t;
    const base = mkdtempSync(join(tmpdir(), 'latido-admin-'));
    this.dir = join(base, 'data');
    this.fault = join(base, 'fault');
    writeFileSync(this.fault, '');
    t.teardown(() => rmSync(base, { recursive: true, force: true, maxRetries: 5 }));
  }

  async startBroker(): Promise<void> {
    this.broker = await startTestBroker('--memory=false', `--data=${this.dir}`);
    const { program } = this.broker;
    this.t.teardown(() => program.kill('SIGKILL'));
    const client = new Client({ broker: this.broker.frontend });
    this.client = client;
    this.t.teardown(() => client.close());
  }

  async killBroker(): Promise<void> {
    this.broker.program.kill('SIGKILL');
    await this.broker.program.ended;
  }

  async worker(name: string, ...types: string[]): Promise<Program> {
    const args = types.map((type) => `--type=${type}`);
    const { backend } = this.broker;
    const worker = await startTestWorker(
      backend,
      ...args,
      `--name=${name}`,
      `--handler=${handlers}`,
    );
    this.t.teardown(() => worker.kill('SIGKILL'));
    return worker;
  }

  /** Jobs that fail, and are dead letters when this resolves. */
  async letters(type: string, ids: readonly string[]): Promise<void> {
    const body = this.fault;
    await Promise.all(ids.map((id) => this.client.submit(type, body, { id, ...ONCE })));
    await until(`${ids.length} dead letters of type ${type}`, async () => {
      return (await this.get<JobPage>(`/api/dead?type=${type}`)).jobs.length === ids.length;
    });
  }

  async get<T>(path: string): Promise<T> {
    return (await (await fetch(`http://${this.broker.http}${path}`)).json()) as T;
  }

  /** What gives orders. */
  get headers(): Record<string, string> {
    const token = readFileSync(join(this.dir, 'admin-token'), 'utf8').trim();
    return { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  }

  /** The value of one line of the metrics. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`http://${this.broker.http}/metrics`)).text();
    const line = text.split('\n').find((each) => each.startsWith(`${name} `)) ?? '';
    return Number(line.slice(name.length));
  }

  /** Runs a command of `latido` that only looks. */
  async look(...args: string[]): Promise<{ code: number | null; lines: string[]; said: string }> {
    const { code, stdout, stderr } = await run('latido', [...args, `--http=${this.broker.http}`]);
    return { code, lines: stdout.split('\n').filter((line) => line !== ''), said: stderr };
  }

  /** Runs one that changes something; its outcome as it said it. */
  async order(...args: string[]): Promise<[number | null, unknown]> {
    const { code, lines, said } = await this.look(...args, `--data=${this.dir}`);
    return [code, lines.length === 1 ? JSON.parse(lines[0]!) : said.trim()];
  }

  /** Asks as some other program might; status and code. */
  async post(
    path: string,
    headers: Record<string, string>,
    body = '{}',
  ): Promise<[number, string]> {
    const asking = request(`http://${this.broker.http}${path}`, { method: 'POST', headers });
    asking.end(body);
    const [answer] = await once(asking, 'response');
    let text = '';
    for await (const chunk of answer) text += chunk;
    return [answer.statusCode, JSON.parse(text).error?.code ?? text];
  }
}
