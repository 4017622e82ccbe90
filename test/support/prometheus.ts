import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './poll.ts';
import { quietPort } from './processes.ts';

const PROGRAM = 'prometheus';
const SCRAPE_MS = 500;

/** What Prometheus says of an alert that is pending or firing. */
export interface SeenAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
}

/** Whether there is a Prometheus here to test with. */
export function hasPrometheus(): boolean {
  return spawnSync(PROGRAM, ['--version']).status === 0;
}

/** A real Prometheus that reads brokers twice a second and follows rules. */
export class Prometheus {
  readonly #targets: object[] = [];
  readonly #onExit = () => this.#remove();
  #folder = '';
  #child: ChildProcess | null = null;
  #url = '';
  #said = '';

  /** Ready when it resolves. `rules` is the text of a file of rules. */
  async start(rules: string): Promise<void> {
    this.#folder = mkdtempSync(join(tmpdir(), 'latido-prometheus-'));
    process.once('exit', this.#onExit);
    const file = (name: string) => join(this.#folder, name);
    writeFileSync(file('rules.yml'), rules);
    writeFileSync(file('targets.json'), '[]');
    writeFileSync(file('prometheus.yml'), JSON.stringify(config()));
    const address = `127.0.0.1:${await quietPort()}`;
    this.#url = `http://${address}`;
    this.#child = spawn(
      PROGRAM,
      [
        `--config.file=${file('prometheus.yml')}`,
        `--storage.tsdb.path=${file('data')}`,
        `--web.listen-address=${address}`,
        '--log.level=warn',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.#child.stderr!.on('data', (text) => {
      this.#said += text;
    });
    await until('Prometheus is ready', () => this.#isReady());
  }

  /** Reads a broker, or what the job is called for, from now on; resolves when it has been read. */
  async watch(address: string, job = 'latido'): Promise<void> {
    this.#targets.push({ targets: [address], labels: { job } });
    writeFileSync(join(this.#folder, 'targets.json'), JSON.stringify(this.#targets));
    const query = `up{instance="${address}"} == 1`;
    await until(`${address} is read`, async () => (await this.query(query)).length > 0);
  }

  /** All that is pending or firing. */
  async alerts(): Promise<readonly SeenAlert[]> {
    const { alerts } = await this.get<{ alerts: SeenAlert[] }>('alerts');
    return alerts;
  }

  /** The rules that could not be worked out, with why. */
  async wrongRules(): Promise<readonly string[]> {
    interface Rule {
      readonly name: string;
      readonly health: string;
      readonly lastError?: string;
    }
    const { groups } = await this.get<{ groups: { rules: Rule[] }[] }>('rules');
    const wrong = groups.flatMap(({ rules }) => rules).filter(({ health }) => health !== 'ok');
    return wrong.map(({ name, health, lastError }) => `${name} ${health} ${lastError}`);
  }

  /** The result of a query at this instant. */
  async query(promql: string): Promise<readonly object[]> {
    const path = `query?query=${encodeURIComponent(promql)}`;
    return (await this.get<{ result: object[] }>(path)).result;
  }

  async stop(): Promise<void> {
    process.off('exit', this.#onExit);
    const ended = this.#child === null ? undefined : once(this.#child, 'close');
    this.#child?.kill('SIGKILL');
    await ended;
    this.#remove();
  }

  async #isReady(): Promise<boolean> {
    if (this.#child?.exitCode !== null) throw new Error(`Prometheus has ended: ${this.#said}`);
    return fetch(`${this.#url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  /** What its HTTP API answers at a path below /api/v1/. */
  async get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.#url}/api/v1/${path}`);
    const { status, data, error } = (await response.json()) as {
      status: string;
      data: T;
      error?: string;
    };
    if (status !== 'success') throw new Error(`${path}: ${error}`);
    return data;
  }

  #remove(): void {
    this.#child?.kill('SIGKILL');
    if (this.#folder !== '') rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** JSON is YAML. The targets come from a file, so that more can be added. */
function config(): object {
  return {
    global: {
      scrape_interval: `${SCRAPE_MS}ms`,
      scrape_timeout: `${SCRAPE_MS}ms`,
      evaluation_interval: `${SCRAPE_MS}ms`,
    },
    rule_files: ['rules.yml'],
    scrape_configs: [
      {
        job_name: 'latido',
        file_sd_configs: [{ files: ['targets.json'], refresh_interval: '1s' }],
      },
    ],
  };
}
