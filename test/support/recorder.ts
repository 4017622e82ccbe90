import type { Delivery } from '../../src/core/channel.ts';
import type { Publication } from '../../src/core/channels.ts';
import type { Job } from '../../src/core/job.ts';
import type { EndedJob } from '../../src/core/journal.ts';
import type { Level } from '../../src/core/keep.ts';
import type {
  ClientOutbox,
  Refusal,
  Token,
  Watcher,
  WorkerEvent,
  WorkerOutbox,
} from '../../src/core/outbox.ts';
import type { Run } from '../../src/core/run.ts';
import type { Worker } from '../../src/core/worker.ts';

/** The statuses of an answer, by their number. */
export const endingNames = ['OK', 'FAILED', 'DEAD', 'CANCELLED', 'EXPIRED'] as const;

/** An answer as its client saw it. */
export interface SeenAnswer {
  readonly ending: (typeof endingNames)[number];
  readonly body: string;
  readonly attempts: number;
  readonly causes: string[];
}

/** Something delivered, as its subscriber saw it. */
export interface SeenDelivery {
  readonly call: number;
  readonly text: string;
  readonly seq: number;
  readonly prev: number;
  readonly durable: boolean;
}

/** Half an outbox that writes down what a client is told, and fails when it is told two different answers of a job. */
export class ClientRecorder implements ClientOutbox {
  readonly answers = new Map<number, SeenAnswer>();
  readonly refusals = new Map<number, Refusal>();
  readonly deliveries: SeenDelivery[] = [];
  /** Answers written in this session. */
  answered = 0;
  readonly #name: string;
  readonly #log: string[];

  constructor(name: string, log: string[]) {
    this.#name = name;
    this.#log = log;
  }

  answer(job: Job): void {
    const causes = (job.rare?.causes ?? []).map((lost) => `${lost.worker} ${lost.cause}`);
    const ending = endingNames[job.ending];
    const seen = { ending, body: textOf(job), attempts: job.attempts, causes };
    const before = this.answers.get(job.call);
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(seen))
      throw new Error(`call ${job.call} has two answers`);
    this.answers.set(job.call, seen);
    this.answered++;
    const lost = ending === 'DEAD' ? ` after ${causes.join(', ')}` : '';
    const body = seen.body === '' ? '' : ` "${seen.body}"`;
    this.#say(`answer ${job.call} ${ending}${body}${lost}`);
  }

  part(job: Job, progress: boolean, bytes: Uint8Array, offset: number, length: number): void {
    const text = new TextDecoder().decode(bytes.subarray(offset, offset + length));
    this.#say(`${progress ? 'progress' : 'part'} ${job.call} "${text}"`);
  }

  accept(job: Job): void {
    this.#say(`accept ${job.call}`);
  }

  refuse(call: number, code: Refusal): void {
    this.refusals.set(call, code);
    this.#say(`refuse ${call} ${code}`);
  }

  acceptKept(call: number, job: Job, level: Level): void {
    this.#say(`accept ${call} ${job.keep?.kept.id} at level ${level}`);
  }

  acceptEnded(call: number): void {
    this.#say(`accept ${call}, ended before`);
  }

  answerKept(call: number, job: Job): void {
    this.#say(`answer ${call} ${job.keep?.kept.id} ${endingNames[job.ending]} "${textOf(job)}"`);
  }

  answerEnded(call: number, { kept, ending, answer }: EndedJob): void {
    const body = new TextDecoder().decode(answer);
    this.#say(`answer ${call} ${kept.id} ${endingNames[ending]} "${body}", ended before`);
  }

  partKept(call: number, job: Job): void {
    this.#say(`part ${call} ${job.keep?.kept.id}`);
  }

  subscribed(call: number, _since: number, missed: boolean): void {
    this.#say(`subscribed ${call}${missed ? ', some missed' : ''}`);
  }

  delivered(call: number, delivery: Delivery, prev: number): void {
    const { seq, durable, bytes, offset, length } = delivery;
    const text = new TextDecoder().decode(bytes.subarray(offset, offset + length));
    this.deliveries.push({ call, text, seq, prev, durable });
    this.#say(`delivery ${call} "${text}"`);
  }

  chat(word: Uint8Array): void {
    this.#say(`chat ${new TextDecoder().decode(word)}`);
  }

  again(): void {
    this.#say('again');
  }

  closing(): void {
    this.#say('closing');
  }

  #say(words: string): void {
    this.#log.push(`${this.#name}: ${words}`);
  }
}

/** What a worker holds, as it knows it itself. */
export interface Held {
  readonly label: string;
  readonly clientInstance: string;
  readonly call: number;
  readonly fence: number;
  token: Token;
  readonly body: string;
  readonly attempt: number;
  readonly alone: boolean;
  started: boolean;
  cancelled: boolean;
  /** Its answer, while the broker cannot be told. */
  ended: { ending: number; body: string; published?: readonly Publication[] | null } | null;
}

/** The other half: keeps what a worker holds up to date with what it is told. */
export class WorkerRecorder implements WorkerOutbox {
  readonly held: Held[] = [];
  /** DISPATCH and ADOPT records of this session, and the dispatches among them. */
  told = 0;
  dispatched = 0;
  /** Labels that were refused by their token. */
  readonly refused: string[] = [];
  epoch: number;
  readonly #name: string;
  readonly #log: string[];
  #labels = new Map<string, string>();

  constructor(name: string, epoch: number, log: string[]) {
    this.#name = name;
    this.epoch = epoch;
    this.#log = log;
  }

  dispatch(run: Run): void {
    const { index, generation, alone } = run;
    const job = run.job!;
    const label = `${job.client.name}-${job.call}`;
    this.held.push({
      label,
      clientInstance: job.client.instance,
      call: job.call,
      fence: job.keep?.fence ?? 0,
      token: { epoch: this.epoch, index, generation },
      body: textOf(job),
      attempt: job.attempts,
      alone,
      started: false,
      cancelled: false,
      ended: null,
    });
    this.told++;
    this.dispatched++;
    this.#labels.set(`${index}/${generation}`, label);
    const attempt = job.attempts === 1 ? '' : ` attempt ${job.attempts}`;
    this.#say(`dispatch ${label} "${textOf(job)}"${attempt}${alone ? ' alone' : ''}`);
  }

  cancel(run: Run): void {
    const held = this.#find(run.index, run.generation);
    if (held !== undefined) held.cancelled = true;
    this.#say(`cancel ${this.#labels.get(`${run.index}/${run.generation}`) ?? '?'}`);
  }

  stale(index: number, generation: number): void {
    const label = this.#labels.get(`${index}/${generation}`) ?? '?';
    this.refused.push(label);
    const held = this.#find(index, generation);
    if (held !== undefined) this.held.splice(this.held.indexOf(held), 1);
    this.#say(`stale ${label}`);
  }

  adopt(run: Run, old: Token): void {
    const held = this.#find(old.index, old.generation);
    this.told++;
    if (held !== undefined) {
      held.token = { epoch: this.epoch, index: run.index, generation: run.generation };
      this.#labels.set(`${run.index}/${run.generation}`, held.label);
    }
    this.#say(`adopt ${run.job!.client.name}-${run.job!.call}`);
  }

  again(): void {
    this.#say('again');
  }

  leave(): void {
    this.#say('leave');
  }

  closing(): void {
    this.#say('closing');
  }

  #find(index: number, generation: number): Held | undefined {
    return this.held.find(({ token }) => token.index === index && token.generation === generation);
  }

  #say(words: string): void {
    this.#log.push(`${this.#name}: ${words}`);
  }
}

/** Writes down what became of the workers. */
export class WatchRecorder implements Watcher {
  readonly #log: string[];

  constructor(log: string[]) {
    this.#log = log;
  }

  worker(worker: Worker, event: WorkerEvent): void {
    this.#log.push(`(${worker.name} ${event})`);
  }
}

function textOf(job: Job): string {
  return new TextDecoder().decode(job.slab.bytes.subarray(job.offset, job.offset + job.length));
}
