import { Backlog } from './backlog.ts';
import { Fleet } from './fleet.ts';
import { Histogram } from './histogram.ts';
import type { Cause, Job } from './job.ts';
import type { Look } from './look.ts';

/** What has been counted of one type since the broker started: plain fields, read when metrics are collected. */
class TypeCounts {
  submitted = 0;
  /** Dead letters that were to be tried again. */
  revived = 0;
  /** Ends, in the order of `Ending`. */
  readonly ends = [0, 0, 0, 0, 0];
  dispatches = 0;
  readonly lost: Record<Cause, number> = {
    'answer-timeout': 0,
    'worker-gone': 0,
    'handed-back': 0,
    undelivered: 0,
    'broker-gone': 0,
    failed: 0,
  };
  adopted = 0;
  parts = 0;
  /** Submit to first dispatch, and submit to answer. */
  readonly wait = new Histogram();
  readonly answer = new Histogram();
  /** Dispatch to answer, of the attempt that counted. */
  readonly service = new Histogram();
}

/** A kind of job: who waits, who can take it, what was counted. It exists while it is named by a worker or a job. */
export class Type {
  readonly name: string;
  readonly backlog = new Backlog();
  readonly fleet = new Fleet();
  readonly counts = new TypeCounts();
  /** To be tried alone, first come first. */
  readonly suspects = new Set<Job>();
  /** Workers kept free or busy for one suspect each. */
  reservations = 0;
  /** Jobs waiting: in the backlog, among the suspects, or for their worker after a restart. */
  waiting = 0;
  dispatched = 0;
  /** Its jobs wait until it is resumed. */
  paused = false;
  /** It takes no new jobs. */
  draining = false;
  /** Its workers as they stood when a job was last looked at, and when that was. */
  look: Look | null = null;
  lookAt = Number.NEGATIVE_INFINITY;
  /** When a job of it was last made one of the sample. */
  sampledAt = Number.NEGATIVE_INFINITY;
  /** Something has changed that may let a job go. */
  dirty = false;
  /** Larger is later: of the types that share workers, the one served longest ago is next. */
  servedAt = 0;
  /** Sessions that have given it a number. */
  names = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Whether nobody would miss it. */
  get idle(): boolean {
    return (
      this.names === 0 &&
      !this.paused &&
      !this.draining &&
      this.waiting === 0 &&
      this.dispatched === 0 &&
      this.fleet.members.size === 0
    );
  }
}
