import { failureBody } from '../../../src/wire/bodies.ts';
import { Status } from '../../../src/wire/verbs.ts';
import type { Run } from '../../../src/worker/run.ts';
import { type WorkerHost, WorkerSession } from '../../../src/worker/session.ts';
import { Verdict } from '../judge.ts';
import { type Deed, type Errand, errandIn } from './errand.ts';
import { Peer } from './peer.ts';
import type { World } from './world.ts';

/** How a worker is made; its next start is made alike. */
export interface WorkerKind {
  readonly name: string;
  readonly types: readonly string[];
  readonly capacity: number;
  /** On another machine: its life cannot be proved. */
  readonly isRemote: boolean;
}

/** A worker process and its handlers. */
export class WorkerPeer extends Peer<World> implements WorkerHost {
  readonly instance: Buffer;
  readonly pid: number;
  readonly kind: WorkerKind;
  protected readonly driven: WorkerSession;
  readonly #onEnd: () => void;
  #stops = new Map<Run, () => void>();

  constructor(world: World, kind: WorkerKind, pid: number, onEnd: () => void) {
    super(world, `${kind.name}.${pid}`, 1);
    this.kind = kind;
    this.pid = pid;
    this.#onEnd = onEnd;
    this.instance = world.chance.bytes(16);
    const { name, types, capacity } = kind;
    const { instance } = this;
    const host = kind.isRemote ? 'elsewhere' : 'here';
    this.driven = new WorkerSession({ instance, types, capacity, name, pid, host }, this);
    this.connect(0);
  }

  start(_now: number, run: Run): boolean {
    if (this.isDead) return false;
    const { chance, witness } = this.world;
    const body = Buffer.from(run.source.subarray(run.at, run.at + run.length)).toString();
    const errand = errandIn(body);
    const attempt = witness.starts(this, run, errand);
    if (this.kind.types[run.type] !== errand.type)
      throw new Verdict(`${this.name} is given ${errand.key} as another type`);
    this.world.trace(() => `${this.name} starts ${errand.key} (${errand.deed}) as ${attempt}`);
    this.#do(run, errand, attempt);
    return chance.yes(0.9);
  }

  cancel(run: Run): void {
    this.#stops.get(run)?.();
    this.#stops.delete(run);
  }

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

  override die(): void {
    super.die();
    this.#stops.clear();
  }

  protected override afterInput(): void {
    if (this.driven.size > this.kind.capacity)
      throw new Verdict(`${this.name} holds ${this.driven.size} of ${this.kind.capacity}`);
    super.afterInput();
  }

  protected ended(): void {
    this.die();
    this.#onEnd();
  }

  #do(run: Run, errand: Errand, attempt: string): void {
    const { chance, timeline } = this.world;
    const answer = `${errand.key}#${attempt}`;
    if (errand.deed === 'poison') {
      if (chance.yes(0.5)) this.#crash();
      else timeline.after(errand.ms, () => this.do(() => this.#crash()));
    } else if (errand.deed === 'now') {
      this.driven.answer(run, Status.OK, Buffer.from(answer));
    } else if (errand.deed === 'hang' || (errand.deed === 'once' && run.attempt === 1)) {
      if (chance.yes(0.5)) this.#stops.set(run, () => this.#fail(run, answer));
    } else {
      timeline.after(errand.ms, () => this.do(() => this.#finish(run, errand.deed, answer)));
      if (chance.yes(0.5)) this.#stops.set(run, () => this.#fail(run, answer));
      if (chance.yes(0.1)) this.driven.part(run, Buffer.from(answer), chance.yes(0.5));
    }
  }

  #finish(run: Run, deed: Deed, answer: string): void {
    this.#stops.delete(run);
    if (deed === 'fail' || (deed === 'retry' && run.attempt === 1)) this.#fail(run, answer);
    else if (deed === 'permanent')
      this.driven.answer(run, Status.FAILED, failureBody('FAILED', answer), true);
    else this.driven.answer(run, Status.OK, Buffer.from(answer));
    this.wake();
  }

  /** What a handler that throws comes to, in a turn of its own. */
  #fail(run: Run, message: string): void {
    this.world.timeline.after(0, () =>
      this.do(() => {
        this.driven.answer(run, Status.FAILED, failureBody('FAILED', message));
        this.wake();
      }),
    );
  }

  #crash(): void {
    this.world.trace(() => `${this.name} is killed by its job`);
    this.die();
    this.#onEnd();
  }
}
