import type { Adoption } from './adoption.ts';
import type { Attempts } from './attempts.ts';
import type { Client } from './client.ts';
import { type Job, JobState, type LostAttempt } from './job.ts';
import type { KeptJob, KeptLoss } from './journal.ts';
import { type Keep, Level } from './keep.ts';
import type { Keeps } from './keeps.ts';
import type { Keys } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { isNote, type Notes } from './notes.ts';
import type { StoreRefusal } from './outbox.ts';
import { NOTHING, Slab } from './slab.ts';
import type { State } from './state.ts';
import type { Upgrades } from './upgrades.ts';
import type { Waiting } from './waiting.ts';
import type { Worker } from './worker.ts';

/** How durable jobs come back from the store, at a start and after it has failed. */
export class Recovery {
  readonly #state: State;
  readonly #waiting: Waiting;
  readonly #attempts: Attempts;
  readonly #adoption: Adoption;
  readonly #keys: Keys;
  readonly #ledger: Ledger;
  readonly #keeps: Keeps;
  readonly #upgrades: Upgrades;
  readonly #notes: Notes;
  /** Restored jobs of order keys, until all are there. */
  readonly #inLine = new Set<Job>();
  /** What the last body came in. */
  #chunk = NOTHING;

  constructor(
    state: State,
    waiting: Waiting,
    attempts: Attempts,
    adoption: Adoption,
    keys: Keys,
    ledger: Ledger,
    keeps: Keeps,
    upgrades: Upgrades,
    notes: Notes,
  ) {
    this.#state = state;
    this.#waiting = waiting;
    this.#attempts = attempts;
    this.#adoption = adoption;
    this.#keys = keys;
    this.#ledger = ledger;
    this.#keeps = keeps;
    this.#upgrades = upgrades;
    this.#notes = notes;
  }

  /** A job that the store has and that has not ended. One whose attempt was under way waits for its worker. */
  restore(now: number, stored: KeptJob): void {
    const { kept, open, losses, attempts, body } = stored;
    if (isNote(kept)) {
      this.#notes.restore(stored);
      return;
    }
    const known = this.#ledger.get(kept.id);
    if (known !== null) {
      this.#upgrades.restored(now, known, stored);
      return;
    }
    const type = this.#state.typeOfKept(kept.type);
    const slab = this.#slabOf(now, body);
    const job = this.#keeps.make(now, type, kept, Level.DISK, slab, body.byteOffset, body.length);
    const keep = job.keep!;
    job.attempts = open === null ? attempts : open.attempt - 1;
    this.#remember(now, keep, losses);
    if (open === null) {
      this.#wait(now, job);
      return;
    }
    this.#keys.lead(job);
    keep.fence = open.fence;
    keep.heldBy = open.worker;
    this.#adoption.hold(now, job);
  }

  /** All that had not ended has been restored: durable jobs are taken from now on. */
  ready(now: number): void {
    this.#state.storeRefusal = null;
    this.#chunk = NOTHING;
    for (const job of [...this.#inLine, ...this.#keys.open()]) {
      const isHeld = job.keep!.fence > 0;
      if (job.state === JobState.WAITING && job.rare?.aside && !isHeld) {
        this.#waiting.release(now, job);
      }
    }
    this.#inLine.clear();
    this.#adoption.extend(now);
    this.#notes.ready();
    this.#state.company.restored(now);
  }

  /**
   * The store has failed: what it has not made durable will not be. Every durable job is dropped, to be read again, but for
   * those that came in at level memory, where it is not known to have them; who waits for one, or holds one, is asked to say so
   * again.
   */
  fail(now: number, code: StoreRefusal): void {
    this.#state.storeRefusal = code;
    this.#adoption.until = Number.POSITIVE_INFINITY;
    this.#inLine.clear();
    this.#notes.fail();
    for (const job of this.#keys.shutLeft()) this.#hold(job);
    const peers = new Set<Client | Worker>();
    for (const run of this.#attempts.givenUp.take((keep) => !this.#upgrades.isInDoubt(keep))) {
      this.#attempts.letGo(run);
      peers.add(run.worker);
    }
    for (const keep of this.#ledger.all()) {
      if (keep.level !== Level.DISK) continue;
      for (const { client } of keep.follows) peers.add(client);
      if (keep.job.run !== null) peers.add(keep.job.run.worker);
      if (this.#upgrades.isInDoubt(keep)) {
        this.#upgrades.failed(now, keep);
        continue;
      }
      this.#keys.shut(keep.job);
      this.drop(now, keep);
    }
    for (const peer of peers) peer.outbox?.again();
  }

  /** Forgets an open job that has no end. */
  drop(now: number, keep: Keep): void {
    const { job } = keep;
    if (job.state === JobState.WAITING) this.#attempts.withdraw(job);
    else if (job.run !== null) this.#attempts.forgo(job.run);
    this.#adoption.drop(job);
    const expiry = job.rare?.expiry;
    if (expiry) this.#state.expiries.remove(expiry);
    this.#leaveLine(now, job);
    for (const { client, call } of keep.follows) this.#ledger.unfollow(client, call);
    this.#ledger.forget(keep);
  }

  /** One whose key was not free, as it turns out, waits for it again. */
  #hold(job: Job): void {
    if (job.state !== JobState.WAITING) return;
    this.#attempts.withdraw(job);
    this.#waiting.setAside(job);
  }

  /** One that has been revived stands before others of its key again: who holds that is known when all are there. */
  #wait(now: number, job: Job): void {
    if (job.rare?.line) {
      this.#waiting.setAside(job);
      this.#inLine.add(job);
    } else this.#waiting.push(now, job);
  }

  /** Bodies come many in one stretch of memory, and stay in it. */
  #slabOf(now: number, { buffer }: Uint8Array): Slab {
    if (this.#chunk.bytes.buffer !== buffer) {
      this.#chunk = new Slab(new Uint8Array(buffer), now, true);
    }
    return this.#chunk;
  }

  #remember(now: number, keep: Keep, losses: readonly KeptLoss[]): void {
    const last = losses.at(-1);
    if (last === undefined) return;
    const rare = keep.job.needRare();
    rare.charged = last.charged;
    rare.losses = last.losses;
    rare.suspect = last.suspect;
    rare.causes = losses.map((loss) => lostAttempt(loss, keep.kept.submittedAt));
    const wall = Math.max(last.notBefore, keep.kept.notBefore);
    keep.notBefore = this.#keeps.instant(now, wall);
  }

  /** Jobs at level memory may stand behind it in the line of its key: they go on. */
  #leaveLine(now: number, job: Job): void {
    const next = this.#keys.leave(job);
    if (next?.state !== JobState.WAITING || next.keep?.level === Level.DISK) return;
    this.#waiting.release(now, next);
  }
}

function lostAttempt(loss: KeptLoss, submittedAt: number): LostAttempt {
  const { attempt, worker, cause, message, at } = loss;
  const known = { attempt, worker, cause, afterMs: at - submittedAt };
  return message === '' ? known : { ...known, message };
}
