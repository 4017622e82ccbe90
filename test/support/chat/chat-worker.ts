import type { Publication } from '../../../src/core/channels.ts';
import { Ending } from '../../../src/core/job.ts';
import type { ChatJob, Job } from '../../../src/index.ts';
import { chatWith } from '../../../workers/chat.ts';
import { publication } from '../publishing.ts';
import type { Held } from '../recorder.ts';
import type { TestWorker } from '../test-worker.ts';
import type { World } from '../world.ts';

type Filter = Parameters<typeof chatWith>[0];

/** A worker of type chat that does what the one that comes along does, at once or when it is told to. */
export class ChatWorker {
  readonly core: TestWorker;
  /** Whether it has a connection. */
  isHere = true;
  /** It answers nothing by itself. */
  isHolding = false;
  readonly #left = new WeakSet<Held>();
  filter: Filter = () => undefined;
  /** It fails at jobs of which this is true. */
  failsAt: (job: ChatJob) => boolean = () => false;

  constructor(world: World, name: string) {
    this.core = world.worker(name, 'chat', { capacity: 256 });
  }

  /** The jobs it holds. */
  get jobs(): ChatJob[] {
    return this.core.seen.held.map(jobOf);
  }

  /** Answers what it holds, unless it is to hold it; true if there was something. */
  work(): boolean {
    if (!this.isHere || this.isHolding) return false;
    const { held } = this.core.seen;
    const ready = held.filter((each) => this.#left.has(each));
    if (ready.length === 0) return false;
    for (const each of ready) this.answer(held.indexOf(each));
    this.core.report(0);
    return true;
  }

  /** Answers one of the jobs it holds. */
  answer(at: number): void {
    const held = this.core.seen.held[at]!;
    const job = jobOf(held);
    if (this.failsAt(job)) {
      this.core.seen.held.splice(at, 1);
      this.core.say(held, Ending.FAILED, '{"message":"no luck"}');
      return;
    }
    const published: Publication[] = [];
    const publish = (channel: string, body: unknown, more: object) =>
      published.push(publication(channel, JSON.stringify(body), more));
    const said = { json: () => job, publish } as unknown as Job<ChatJob>;
    const answer = JSON.stringify(chatWith(this.filter)(said));
    this.core.seen.held.splice(at, 1);
    this.core.say(held, Ending.OK, answer, published);
  }

  gone(): void {
    this.isHere = false;
    this.core.gone();
  }

  hold(on: boolean): void {
    this.isHolding = on;
  }

  /** What was dispatched leaves the broker; `durable`: what waits for its record, too. */
  left(durable: boolean): void {
    for (const each of this.core.seen.held) if (durable || each.fence === 0) this.#left.add(each);
  }

  /** What has not left the broker never does. */
  undelivered(): void {
    const { held } = this.core.seen;
    const left = held.filter((each) => this.#left.has(each));
    held.splice(0, held.length, ...left);
  }

  /** Connects (again), with what it holds. */
  back(): void {
    this.isHere = true;
    this.core.back();
  }
}

function jobOf({ body }: Held): ChatJob {
  return JSON.parse(body) as ChatJob;
}
