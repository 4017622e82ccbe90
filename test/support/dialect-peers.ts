import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { Dealer, Request } from 'zeromq';
import { Cluster } from './cluster.ts';
import { outcomeOf } from './load.ts';
import { until } from './poll.ts';
import { type Process, quietPort } from './processes.ts';
import type { Outcome } from './record.ts';
import type { Work } from './work.ts';

const program = fileURLToPath(new URL('./dialect-worker.ts', import.meta.url));

const waiting = new Set<Dealer | Request>();

/** How clients speak. */
export const clientDialects = ['native', 'classic', 'mdp-0.1', 'mdp-0.2', 'majortomo'] as const;
/** How workers speak. */
export const workerDialects = [...clientDialects, 'ppp'] as const;

export type ClientDialect = (typeof clientDialects)[number];
export type WorkerDialect = (typeof workerDialects)[number];

/** A broker in a process of its own for peers of all dialects; workers of each do jobs of a type of their own. */
export class Dialects {
  readonly cluster: Cluster;
  readonly ppp: string;
  #workers = 0;

  static async start(t: ExecutionContext, ...brokerArgs: string[]): Promise<Dialects> {
    const ppp = `tcp://127.0.0.1:${await quietPort()}`;
    // No job is rescued by its answer timeout: that its worker is lost has to be seen.
    const ours = ['--mdp-heartbeat-ms=200', '--answer-timeout-ms=600000'];
    const args = [`--ppp=${ppp}`, ...ours, ...brokerArgs];
    return new Dialects(await Cluster.start(t, ...args), ppp);
  }

  constructor(cluster: Cluster, ppp: string) {
    this.cluster = cluster;
    this.ppp = ppp;
  }

  /** A worker that has joined; Majordomo knows one port for all, so its peers may come to either. */
  async worker(dialect: WorkerDialect, side: 'frontend' | 'backend' = 'backend'): Promise<Process> {
    const { cluster } = this;
    const address = dialect === 'ppp' ? this.ppp : cluster[side];
    const type = typeOf(dialect);
    const before = await this.present(dialect);
    const name = `w${this.#workers++}`;
    const worker =
      dialect === 'native'
        ? await cluster.worker(name, { type })
        : await cluster.own(program, dialect, address, type);
    await until(`a ${dialect} worker joins`, async () => (await this.present(dialect)) > before);
    return worker;
  }

  /** How many workers of the dialect have joined. */
  async present(dialect: WorkerDialect): Promise<number> {
    const response = await fetch(`http://${this.cluster.http}/api/status`);
    const { workers } = (await response.json()) as { workers: readonly { dialect: string }[] };
    return workers.filter((worker) => worker.dialect === dialect).length;
  }

  /** Has a client that speaks so hand in the job, for a worker that speaks so. */
  async ask(client: ClientDialect, worker: WorkerDialect, work: Work): Promise<Outcome> {
    const type = typeOf(worker);
    if (client === 'native') return outcomeOf(this.cluster.client(), type, work);
    const { head, answered } = formOf(client, type);
    const isPlain = client === 'classic' || client === 'mdp-0.1';
    const socket = isPlain ? new Request({ linger: 0 }) : new Dealer({ linger: 0 });
    // One that nothing refers to is closed, also while it waits.
    waiting.add(socket);
    socket.connect(client === 'mdp-0.2' ? this.cluster.backend : this.cluster.frontend);
    try {
      await socket.send([...head, JSON.stringify(work)]);
      const frames = await socket.receive();
      const answer = frames.pop()!.toString();
      const isWhole = Buffer.concat(frames).equals(Buffer.concat(answered));
      if (!isWhole) throw new Error(`a ${client} client is answered ${frames} ${answer}`);
      return { job: work.job, answer, error: null };
    } finally {
      waiting.delete(socket);
      socket.close();
    }
  }
}

/** Workers of the Paranoid Pirate Protocol say no type. */
function typeOf(worker: WorkerDialect): string {
  return worker === 'ppp' ? 'default' : `for-${worker}`;
}

/** What stands in front of a request's body, and of its answer. */
function formOf(client: Exclude<ClientDialect, 'native'>, type: string) {
  const frames = (...parts: (string | number)[]) =>
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.of(part)));
  const forms = {
    classic: { head: frames(type), answered: frames() },
    'mdp-0.1': { head: frames('MDPC01', type), answered: frames('MDPC01', type) },
    'mdp-0.2': { head: frames('MDPC02', 1, type), answered: frames('MDPC02', 3, type) },
    majortomo: { head: frames('', 'MDPC02', 2, type), answered: frames('', 'MDPC02', 4) },
  };
  return forms[client];
}
