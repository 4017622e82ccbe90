import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { Client } from '../../src/index.ts';
import { until } from './poll.ts';
import { type Environment, Process, program, quietPort } from './processes.ts';

const work = fileURLToPath(new URL('./work.ts', import.meta.url));

interface Status {
  readonly clients: number;
  readonly waiting: number;
  readonly dispatched: number;
  readonly heldBytes: number;
  readonly types: readonly { name: string; waiting: number; answered: number }[];
  readonly workers: readonly { name: string; state: string; inflight: number; done: number }[];
}

export interface WorkerPlan {
  readonly type?: string;
  readonly capacity?: number;
  /** Where it connects, if not to the broker itself. */
  readonly broker?: string;
  /** What it finds in its environment besides what all do. */
  readonly environment?: Environment;
}

/** A broker and workers in processes of their own, and clients here; all gone when the test ends. */
export class Cluster {
  broker!: Process;
  /** For the brokers that are started from now on. */
  brokerEnvironment: Environment = {};
  ended = false;
  readonly frontend: string;
  readonly backend: string;
  readonly http: string;
  readonly #brokerArgs: readonly string[];
  readonly #processes: Process[] = [];
  readonly #clients: Client[] = [];

  static async start(t: ExecutionContext, ...brokerArgs: string[]): Promise<Cluster> {
    return Cluster.startWith(t, {}, ...brokerArgs);
  }

  /** The same with brokers that find something in their environment. */
  static async startWith(
    t: ExecutionContext,
    environment: Environment,
    ...brokerArgs: string[]
  ): Promise<Cluster> {
    const ports = [await quietPort(), await quietPort(), await quietPort()];
    const cluster = new Cluster(ports, brokerArgs);
    cluster.brokerEnvironment = environment;
    t.teardown(() => cluster.#end());
    await cluster.startBroker();
    return cluster;
  }

  constructor([frontend, backend, http]: number[], brokerArgs: readonly string[]) {
    this.frontend = `tcp://127.0.0.1:${frontend}`;
    this.backend = `tcp://127.0.0.1:${backend}`;
    this.http = `127.0.0.1:${http}`;
    this.#brokerArgs = brokerArgs;
  }

  /** A broker at the addresses of the cluster, ready. */
  async startBroker(): Promise<void> {
    const { frontend, backend, http } = this;
    const addresses = [`--frontend=${frontend}`, `--backend=${backend}`, `--http=${http}`];
    const args = [...addresses, ...this.#brokerArgs];
    this.broker = program('broker', args, this.brokerEnvironment);
    this.#processes.push(this.broker);
    await this.broker.ready;
  }

  /** A worker that is starting. */
  launch(name: string, plan: WorkerPlan = {}): Process {
    const { type = 'A', capacity = 1, broker = this.backend, environment } = plan;
    const args = [
      `--type=${type}`,
      `--capacity=${capacity}`,
      `--broker=${broker}`,
      `--name=${name}`,
      '--load=busy',
      `--handler=${work}`,
    ];
    const worker = program('worker', args, environment);
    this.#processes.push(worker);
    return worker;
  }

  /** A worker that has joined. */
  async worker(name: string, plan: WorkerPlan = {}): Promise<Process> {
    const worker = this.launch(name, plan);
    await worker.ready;
    return worker;
  }

  /** A process of the test's own, ready. */
  async own(file: string, ...args: string[]): Promise<Process> {
    return this.ownWith({}, file, ...args);
  }

  /** The same, and it finds something in its environment. */
  async ownWith(environment: Environment, file: string, ...args: string[]): Promise<Process> {
    const process = new Process(file, args, environment);
    this.#processes.push(process);
    await process.ready;
    return process;
  }

  /** So many workers, all joined. */
  workers(names: readonly string[], plan: WorkerPlan = {}): Promise<Process[]> {
    return Promise.all(names.map((name) => this.worker(name, plan)));
  }

  client(broker: string = this.frontend): Client {
    const client = new Client({ broker });
    this.#clients.push(client);
    return client;
  }

  async status(): Promise<Status> {
    const response = await fetch(`http://${this.http}/api/status`);
    return (await response.json()) as Status;
  }

  /** Waits until a worker is seen in a state; `null`: is not there. */
  async seen(name: string, state: string | null): Promise<void> {
    await until(`worker ${name} is ${state}`, async () => {
      const { workers } = await this.status();
      const worker = workers.find((each) => each.name === name);
      return (worker?.state ?? null) === state;
    });
  }

  /** The sum of all lines of a metric whose labels contain `label`. */
  async metric(name: string, label = ''): Promise<number> {
    const text = await (await fetch(`http://${this.http}/metrics`)).text();
    let sum = 0;
    for (const line of text.split('\n')) {
      if (!line.startsWith(`${name}{`) && !line.startsWith(`${name} `)) continue;
      if (line.includes(label)) sum += Number(line.slice(line.lastIndexOf(' ')));
    }
    return sum;
  }

  async #end(): Promise<void> {
    this.ended = true;
    const closed = this.#clients.map((client) => client.close());
    await Promise.all(this.#processes.map((each) => each.kill()));
    await Promise.all(closed);
  }
}
