import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Found } from './found.ts';

const SCRAPE = '5s';
const PROMETHEUS_PORT = 9090;
const GRAFANA_PORT = 3000;
const READY_MS = 60_000;
const LOOK_MS = 200;
const SAID_MAX = 2000;

const here = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** The demo, a Prometheus that reads it, and a Grafana that asks that one. */
export class Stack {
  readonly #found: Found;
  readonly #folder: string;
  readonly #children: ChildProcess[] = [];
  /** Rejects when one of them ends by itself. */
  readonly failed: Promise<never>;
  #fail: (error: Error) => void = () => {};
  #stopping = false;

  constructor(found: Found, folder: string) {
    this.#found = found;
    this.#folder = folder;
    this.failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.failed.catch(() => {});
  }

  /** Resolves when all are there, and has said where. */
  async start(demoArgs: readonly string[]): Promise<void> {
    const targets = await this.#startDemo(demoArgs);
    const prometheus = await this.#startPrometheus(targets);
    const grafana = await this.#startGrafana(prometheus);
    process.stdout.write(`
Grafana     ${grafana}
Prometheus  ${prometheus}

`);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const running = this.#children.filter((child) => child.exitCode === null);
    const ends = running.map((child) => child.signalCode ?? once(child, 'exit'));
    for (const child of running) child.kill('SIGTERM');
    await Promise.all(ends);
  }

  /** The address of the broker's metrics, and those of its workers. */
  async #startDemo(args: readonly string[]): Promise<{ broker: string; workers: string[] }> {
    const program = fileURLToPath(new URL('../../src/cli/latido.ts', import.meta.url));
    const demo = this.#run('the demo', process.execPath, [program, 'demo', '--chaos', ...args]);
    const lines = createInterface({ input: demo.stdout! });
    const found = new Promise<RegExpExecArray>((resolve) => {
      lines.on('line', (line) => {
        process.stdout.write(`${line}\n`);
        const told = /metrics +http:\/\/(.*):(\d+)\/metrics, of the workers at (.*)/.exec(line);
        if (told !== null) resolve(told);
      });
    });
    const [, host, port, workers = ''] = await Promise.race([found, this.failed]);
    return {
      broker: `${host}:${port}`,
      workers: workers.split(' ').map((each) => `${host}${each}`),
    };
  }

  async #startPrometheus(targets: { broker: string; workers: string[] }): Promise<string> {
    const address = `127.0.0.1:${await freePort(PROMETHEUS_PORT)}`;
    const file = join(this.#folder, 'prometheus.yml');
    // JSON is YAML.
    writeFileSync(file, JSON.stringify(configOf(targets.broker, targets.workers)));
    this.#run('prometheus', this.#found.prometheus, [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(this.#folder, 'prometheus')}`,
      `--web.listen-address=${address}`,
      '--log.level=warn',
    ]);
    await this.#ready(`http://${address}/-/ready`);
    return `http://${address}`;
  }

  async #startGrafana(prometheus: string): Promise<string> {
    const port = await freePort(GRAFANA_PORT);
    const { grafana, grafanaVerb, grafanaHome } = this.#found;
    const data = join(this.#folder, 'grafana');
    this.#run('grafana', grafana, [...grafanaVerb, '--homepath', grafanaHome], {
      GF_SERVER_HTTP_ADDR: '127.0.0.1',
      GF_SERVER_HTTP_PORT: String(port),
      GF_PATHS_DATA: data,
      GF_PATHS_LOGS: join(data, 'log'),
      GF_PATHS_PLUGINS: join(data, 'plugins'),
      GF_PATHS_PROVISIONING: here('provisioning'),
      GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: here('dashboards/latido.json'),
      GF_AUTH_ANONYMOUS_ENABLED: 'true',
      GF_AUTH_ANONYMOUS_ORG_ROLE: 'Admin',
      GF_AUTH_DISABLE_LOGIN_FORM: 'true',
      GF_ANALYTICS_REPORTING_ENABLED: 'false',
      GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
      GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
      GF_LOG_LEVEL: 'error',
      LATIDO_DASHBOARDS: here('dashboards'),
      LATIDO_PROMETHEUS: prometheus,
    });
    await this.#ready(`http://127.0.0.1:${port}/api/health`);
    return `http://127.0.0.1:${port}/d/latido`;
  }

  /** In a group of its own: Ctrl-C of the terminal reaches this process, and it tells the others. */
  #run(name: string, program: string, args: readonly string[], own: object = {}): ChildProcess {
    const env = { ...process.env, ...own };
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env });
    let said = '';
    child.stderr.on('data', (text) => {
      said = `${said}${text}`.slice(-SAID_MAX);
    });
    // What nobody reads would hold it up once the pipe is full.
    child.stdout.resume();
    child.once('error', (error) => this.#fail(new Error(`${name}: ${error.message}`)));
    child.once('exit', (code, signal) => {
      if (!this.#stopping) this.#fail(new Error(`${name} ended (${signal ?? code}): ${said}`));
    });
    this.#children.push(child);
    return child;
  }

  async #ready(url: string): Promise<void> {
    const late = Date.now() + READY_MS;
    const answers = () =>
      fetch(url).then(
        ({ ok }) => ok,
        () => false,
      );
    while (!(await Promise.race([answers(), this.failed]))) {
      if (Date.now() > late) throw new Error(`${url} does not answer`);
      await sleep(LOOK_MS);
    }
  }
}

function configOf(broker: string, workers: readonly string[]): object {
  return {
    global: { scrape_interval: SCRAPE, evaluation_interval: SCRAPE },
    rule_files: [here('alerts.yml')],
    scrape_configs: [
      { job_name: 'latido', static_configs: [{ targets: [broker] }] },
      { job_name: 'latido-workers', static_configs: [{ targets: workers }] },
    ],
  };
}

/** That port, or any that is free when it is taken. */
async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  const listening = (port: number) =>
    new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
  if (!(await listening(wanted))) await listening(0);
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
