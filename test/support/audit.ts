import type { Client } from '../../src/core/client.ts';
import type { Inventory } from '../../src/core/inventory.ts';
import { type Job, JobState, type Rare } from '../../src/core/job.ts';
import type { Keep } from '../../src/core/keep.ts';
import type { KeyLine } from '../../src/core/keys.ts';
import { NOTHING, type Slab } from '../../src/core/slab.ts';
import type { State } from '../../src/core/state.ts';
import type { Type } from '../../src/core/type.ts';
import { type Worker, WorkerState } from '../../src/core/worker.ts';

/** What the audit cannot see from outside. */
export interface AuditOptions {
  /** Offers may be undecided: their places are taken though no run stands for them. */
  adopting?: boolean;
  /** All that could be dispatched has been: to be said after a tick only. */
  ticked?: boolean;
  /** Jobs were taken back by a drain, or came from a store: what was submitted and what has ended is not all. */
  drained?: boolean;
  /** Where kept jobs are found; without it there are none. */
  inventory?: Inventory;
  /** Clients that are no guests: who lives in the broker. */
  clients?: ReadonlySet<Client>;
}

/** Counts everything again from the jobs and workers themselves; returns what does not agree, one sentence each. */
export function audit(state: State, options: AuditOptions = {}): string[] {
  return new Audit(state, options).run();
}

/** The freest worker by looking at all of them. */
export function naiveBest(type: Type): Worker | null {
  let best: Worker | null = null;
  for (const worker of type.fleet.members) {
    if (!worker.eligible) continue;
    if (best === null || freer(worker, best)) best = worker;
  }
  return best;
}

function freer(x: Worker, y: Worker): boolean {
  return x.key < y.key || (x.key === y.key && x.lastUsed < y.lastUsed);
}

class Audit {
  readonly #state: State;
  readonly #options: AuditOptions;
  readonly #wrong: string[] = [];
  readonly #jobs: Job[];
  readonly #kept: Keep[];

  constructor(state: State, options: AuditOptions) {
    this.#state = state;
    this.#options = options;
    this.#kept = options.inventory === undefined ? [] : keptIn(options.inventory);
    const clients = [...state.clients, ...(options.clients ?? [])];
    const own = clients.flatMap((client) => client.calls.all());
    this.#jobs = [...own, ...this.#kept.map(({ job }) => job)];
  }

  run(): string[] {
    this.#totals();
    for (const job of this.#jobs) this.#job(job);
    for (const type of this.#state.types.values()) this.#type(type);
    for (const worker of this.#state.workers) this.#worker(worker);
    this.#clients();
    this.#slabs();
    for (const keep of this.#kept) this.#keep(keep);
    for (const line of new Set(this.#kept.map(({ job }) => job.rare?.line)))
      if (line) this.#line(line);
    return this.#wrong;
  }

  #totals(): void {
    const state = this.#state;
    const runs = [...state.workers].flatMap((worker) => worker.runs());
    const owned = runs.filter((run) => run.job !== null).length;
    const expiring = this.#jobs.filter((job) => job.open && job.rare?.expiry && !job.keep?.overdue);
    this.#same('state.jobs', state.jobs, this.#jobs.length);
    this.#same('state.waiting', state.waiting, this.#count(JobState.WAITING));
    this.#same('runs.size', state.runs.size, runs.length);
    this.#same('jobs with a run', this.#count(JobState.DISPATCHED), owned);
    this.#same('answersDue.size', state.answersDue.size, owned);
    this.#same('expiries.size', state.expiries.size, expiring.length);
    const held = this.#jobs.reduce((bytes, job) => bytes + job.length, 0);
    this.#same('heldBytes', state.slabs.heldBytes, held);
    const durable = this.#kept.filter(
      (keep) => keep.durable && keep.job.state === JobState.WAITING,
    );
    this.#same('state.waitingDurable', state.waitingDurable, durable.length);
    const delayed = this.#kept.filter(({ dueList }) => dueList !== null);
    this.#same('delays.size', state.delays.size, delayed.length);
    for (const job of this.#jobs)
      if (!state.types.has(job.type.name) && job.open) this.#say(`an open job's type is forgotten`);
  }

  #job(job: Job): void {
    const label = `${job.client.name}-${job.call}`;
    const run = job.run;
    if ((run !== null) !== (job.state === JobState.DISPATCHED)) this.#say(`${label}: run`);
    if (run !== null) {
      if (run.job !== job) this.#say(`${label}: its run has another job`);
      const found = this.#state.runs.find(run.worker, run.index, run.generation);
      if (found !== run) this.#say(`${label}: its token does not find its run`);
      if (run.worker.state === WorkerState.GONE) this.#say(`${label} is at a worker that is gone`);
    }
    if (job.rare !== null) this.#rare(job, job.rare, label);
  }

  #rare(job: Job, rare: Rare, label: string): void {
    const most = job.keep?.kept.attemptsMax ?? this.#state.settings.attemptsMax;
    if (rare.charged >= most && job.open) this.#say(`${label}: charged`);
    if (rare.reservedAt !== null && rare.reservedAt.reserved !== job)
      this.#say(`${label}: reserve`);
    if (rare.aside && job.state !== JobState.WAITING) this.#say(`${label}: aside, not waiting`);
  }

  #type(type: Type): void {
    const jobs = this.#jobs.filter((job) => job.type === type);
    const waiting = jobs.filter((job) => job.state === JobState.WAITING);
    const aside = waiting.filter((job) => job.rare?.aside);
    const suspects = aside.filter(
      (job) => job.rare?.suspect && !isHeldBack(job) && !this.#isOfNextStart(job),
    );
    const members = [...this.#state.workers].filter((worker) => worker.types.includes(type));
    const reserved = members.filter((worker) => worker.reserved?.type === type);
    const name = type.name;
    this.#same(`${name}.waiting`, type.waiting, waiting.length);
    this.#same(`${name}.backlog.size`, type.backlog.size, waiting.length - aside.length);
    this.#same(`${name}.suspects`, type.suspects.size, suspects.length);
    const dispatched = jobs.filter((job) => job.state === JobState.DISPATCHED).length;
    this.#same(`${name}.dispatched`, type.dispatched, dispatched);
    this.#same(`${name}.members`, type.fleet.members.size, members.length);
    this.#same(`${name}.reservations`, type.reservations, reserved.length);
    const ended = type.counts.ends.reduce((sum, count) => sum + count, 0);
    const counted = ended + type.waiting + type.dispatched;
    if (!this.#options.drained) this.#same(`${name}: counted`, type.counts.submitted, counted);
    if (this.#options.ticked) this.#nothingLeftToDo(type, suspects);
  }

  #nothingLeftToDo(type: Type, suspects: Job[]): void {
    const best = type.fleet.best();
    const naive = naiveBest(type);
    if (best !== naive && (best?.key !== naive?.key || best?.lastUsed !== naive?.lastUsed))
      this.#say(`${type.name}: the heap says ${best?.name}, a sort ${naive?.name}`);
    if (type.paused) return;
    if (type.backlog.size > 0 && naive !== null)
      this.#say(`${type.name}: jobs wait while ${naive.name} is free`);
    if (suspects.length > 0 && type.reservations === 0 && naive !== null)
      this.#say(`${type.name}: suspects wait while ${naive.name} is free`);
    for (const job of suspects) {
      const worker = job.rare!.reservedAt;
      const busy = worker?.runs().some((run) => run.job !== null) ?? true;
      if (
        !busy &&
        worker!.present &&
        worker!.hasCredit &&
        worker!.inflight === worker!.runs().length
      )
        this.#say(`${type.name}: ${worker!.name} is kept for a suspect, and idle`);
    }
  }

  #worker(worker: Worker): void {
    const { name } = worker;
    const runs = worker.runs();
    const undecided = worker.inflight - runs.length;
    if (undecided < 0 || (undecided > 0 && !this.#options.adopting))
      this.#say(`${name}: inflight ${worker.inflight}, runs ${runs.length}`);
    const bytes = runs.reduce((sum, run) => sum + run.bytes, 0);
    this.#same(`${name}.inflightBytes`, worker.inflightBytes, bytes);
    if (worker.state === WorkerState.GONE) this.#say(`${name} is gone and listed`);
    if (worker.inflight > worker.capacity) this.#say(`${name} has more than its capacity`);
    const { reserved } = worker;
    if (reserved !== null && reserved.rare?.reservedAt !== worker) this.#say(`${name}: reserved`);
    if (reserved !== null && reserved.run !== null && reserved.run.worker !== worker)
      this.#say(`${name} is kept for a job that runs elsewhere`);
    for (const run of runs)
      if (run.job !== null && run.job.run !== run) this.#say(`${name}: a run of a job that left`);
  }

  #clients(): void {
    for (const client of this.#state.clients) {
      if (client.outbox === null || client.repeated !== null || client.instance === '') continue;
      const kept = client.calls.all().filter((job) => !job.open);
      const bytes = kept.reduce((sum, job) => sum + job.length, 0);
      this.#same(`${client.name}.unreceived`, client.unreceived, kept.length);
      this.#same(`${client.name}.unreceivedBytes`, client.unreceivedBytes, bytes);
    }
  }

  #slabs(): void {
    const slabs = new Map<Slab, { alive: number; bytes: number }>();
    for (const job of this.#jobs) {
      if ((job.slab === NOTHING) !== (job.length === 0)) this.#say('a body of no bytes has a slab');
      if (job.slab === NOTHING) continue;
      if (job.offset + job.length > job.slab.bytes.length) this.#say('a body lies beyond its slab');
      const sum = slabs.get(job.slab) ?? { alive: 0, bytes: 0 };
      slabs.set(job.slab, { alive: sum.alive + 1, bytes: sum.bytes + job.length });
    }
    for (const [slab, { alive, bytes }] of slabs) {
      this.#same('slab.alive', slab.alive, alive);
      this.#same('slab.aliveBytes', slab.aliveBytes, bytes);
    }
  }

  /** A kept job: found by its id, waiting for what it says, followed by those who follow it. */
  #keep(keep: Keep): void {
    const { job, kept, follows } = keep;
    const { id } = kept;
    if (this.#options.inventory!.find(id) !== job) this.#say(`${id} is not found by its id`);
    if (keep.durable && !job.open && !keep.upgraded)
      this.#say(`${id} has ended on the disk and is remembered here`);
    if (!job.open && follows.length > 0) this.#say(`${id} has ended and is followed`);
    const strangers = follows.filter(({ client, call }) => client.follows?.get(call) !== keep);
    for (const { client } of strangers) this.#say(`${id}: ${client.name} does not follow it`);
    const stands = job.rare?.line?.key ?? '';
    const shouldStand = job.open ? kept.key : '';
    if (stands !== shouldStand) this.#say(`${id} stands in line '${stands}', not '${shouldStand}'`);
    if (keep.dueList !== null && (job.state !== JobState.WAITING || !job.rare?.aside))
      this.#say(`${id} is delayed and not aside`);
    if (job.state === JobState.DISPATCHED && keep.fence === 0) this.#say(`${id} has no fence`);
    this.#aside(keep);
  }

  /** Why a waiting kept job stands aside. */
  #aside(keep: Keep): void {
    const { job, kept } = keep;
    if (job.state !== JobState.WAITING) return;
    const isBack = isHeldBack(job);
    const isTold = this.#options.adopting || this.#state.storeRefusal !== null;
    const { aside, suspect } = job.rare ?? { aside: false, suspect: false };
    if (aside && !isBack && !suspect && !isTold && !this.#isOfNextStart(job))
      this.#say(`${kept.id} stands aside for nothing`);
    if (!aside && isBack) this.#say(`${kept.id} waits for a worker too soon`);
  }

  #isOfNextStart({ keep }: Job): boolean {
    return keep?.durable === true && this.#state.draining;
  }

  /** The jobs of a key: all of them open, at most the first under way. */
  #line(line: KeyLine): void {
    const jobs = [...line.jobs];
    for (const job of jobs) {
      if (!job.open || job.keep?.kept.key !== line.key)
        this.#say(`${line.key}: a stranger in line`);
      if (job !== jobs[0] && job.run !== null) this.#say(`${line.key}: two are under way`);
    }
    const kept = this.#kept.filter((keep) => keep.job.open && keep.kept.key === line.key);
    this.#same(`jobs of ${line.key}`, jobs.length, kept.length);
  }

  #count(state: JobState): number {
    return this.#jobs.filter((job) => job.state === state).length;
  }

  #same(what: string, kept: number, counted: number): void {
    if (kept !== counted) this.#say(`${what} is ${kept}, counted ${counted}`);
  }

  #say(sentence: string): void {
    this.#wrong.push(sentence);
  }
}

/** Whether a waiting job waits for something else than a worker: its time, its key, its offer. */
function isHeldBack({ keep, rare }: Job): boolean {
  if (keep === null) return false;
  const line = rare?.line;
  return (line && line.head !== keep.job) || keep.dueList !== null || keep.fence > 0;
}

function keptIn(inventory: Inventory): Keep[] {
  const jobs = new Set<Job>();
  inventory.scan({ client: 0, at: 0 }, Number.POSITIVE_INFINITY, (job) => {
    if (job.keep !== null) jobs.add(job);
    return true;
  });
  return [...jobs].map((job) => job.keep!);
}
