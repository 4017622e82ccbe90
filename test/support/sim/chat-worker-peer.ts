import { encodeBody, failureBody } from '../../../src/wire/bodies.ts';
import { Status } from '../../../src/wire/verbs.ts';
import { Job } from '../../../src/worker/job.ts';
import type { Run } from '../../../src/worker/run.ts';
import { type WorkerHost, WorkerSession } from '../../../src/worker/session.ts';
import { chatWith } from '../../../workers/chat.ts';
import type { ChatWorld } from './chat-world.ts';
import { Peer } from './peer.ts';
import type { WorkerKind } from './worker-peer.ts';

/** Texts that end so are dropped, and replied to. */
export const DROP = ' drop';
export const ASK = ' ask';
/** What a reply begins with, in front of what it replies to. */
export const REPLY = 're ';
const SINK = { part: () => {} };

const handler = chatWith(({ text }) => {
  if (text.endsWith(DROP)) return { drop: 'this is not said here' };
  if (text.endsWith(ASK)) return { reply: { from: 'bot', text: REPLY + text } };
  return undefined;
});

/** A worker process that does jobs of type chat with the handler that comes along. */
export class ChatWorkerPeer extends Peer<ChatWorld> implements WorkerHost {
  readonly instance: Buffer;
  readonly kind: WorkerKind;
  protected readonly driven: WorkerSession;
  readonly #onEnd: () => void;

  constructor(world: ChatWorld, kind: WorkerKind, pid: number, onEnd: () => void) {
    super(world, `${kind.name}.${pid}`, 1);
    this.kind = kind;
    this.#onEnd = onEnd;
    this.instance = world.chance.bytes(16);
    const { name, types, capacity } = kind;
    const { instance } = this;
    const host = kind.isRemote ? 'elsewhere' : 'here';
    this.driven = new WorkerSession({ instance, types, capacity, name, pid, host }, this);
    this.connect(0);
  }

  start(_now: number, run: Run): boolean {
    const { chance, plan, timeline } = this.world;
    if (this.isDead) return false;
    if (chance.yes(plan.hang)) return true;
    if (chance.yes(0.5)) this.#do(run);
    else timeline.after(chance.ms(0, plan.slowMs), () => this.do(() => this.#do(run)));
    return chance.yes(0.9);
  }

  cancel(): void {}

  load(): number {
    const { chance } = this.world;
    return chance.yes(0.5) ? this.driven.size / this.kind.capacity : chance.fraction();
  }

  /** Finishes what it runs, and leaves. */
  drain(): void {
    this.do(() => {
      this.driven.leave();
      this.wake();
    });
  }

  protected ended(): void {
    this.die();
    this.#onEnd();
  }

  #do(run: Run): void {
    const { chance, plan } = this.world;
    const job = new Job<never>(run, 'chat', SINK);
    const answer = encodeBody(handler(job));
    this.world.trace(() => `${this.name} does ${job.text().slice(0, 300)}`);
    if (!chance.yes(plan.fail)) this.driven.answer(run, Status.OK, answer);
    else this.driven.answer(run, Status.FAILED, failureBody('FAILED', 'as it was told to'));
    this.wake();
  }
}
