import type { SimCall } from './client-peer.ts';
import type { KeptErrand } from './kept-errand.ts';

/** One job in one life of the broker, or until that broker forgot its client or dropped it because its store failed. */
export class Era {
  epoch: number;
  /** How its first attempt here came about. */
  began: 'dispatch' | 'adopt' | null = null;
  /** Until when, as of then, its worker might have come for it. */
  dueUntil = Number.POSITIVE_INFINITY;
  /** Core time of its submit here. */
  submittedAt = Number.POSITIVE_INFINITY;
  /** The first offer of it that came from before this epoch. */
  offer: { at: number; instance: string; serial: number; attempt: string } | null = null;
  starts = 0;
  /** The broker has said that it has the job. */
  accepted = false;
  /** Attempts lost for a cause that may count against it. */
  lost = 0;
  /** The turn in which its answer left. */
  endedTurn = Number.POSITIVE_INFINITY;

  constructor(epoch: number) {
    this.epoch = epoch;
  }
}

/** What a witness knows of one job. */
export class Dossier {
  /** Null for a kept job. */
  readonly call: SimCall | null;
  readonly key: string;
  /** 0: the broker's. */
  readonly answerTimeoutMs: number;
  era = new Era(-1);
  present: AttemptNote | null = null;
  readonly attempts: AttemptNote[] = [];

  constructor(call: SimCall | null, key: string, answerTimeoutMs: number) {
    this.call = call;
    this.key = key;
    this.answerTimeoutMs = answerTimeoutMs;
  }
}

/** What a witness knows of one kept job besides. */
export class KeptDossier extends Dossier {
  readonly errand: KeptErrand;
  /** It came in at level memory in this life of the broker, so it outlives a failure of the store. */
  isFromMemory = false;
  /** Its end is recorded, durable or not. */
  isOver = false;
  /** Somebody has asked for it to be cancelled. */
  isRevoked = false;
  /** The epoch in which it was accepted last. */
  acceptedIn = -1;
  /** Attempts that are recorded as given up, durable or not. */
  readonly lost = new Set<number>();
  /** When attempts were recorded, as the broker's patience has it, and on the wall. */
  readonly recorded = new Map<number, { patience: number; at: number }>();

  constructor(errand: KeptErrand) {
    super(null, errand.key, errand.answerTimeoutMs);
    this.errand = errand;
  }
}

/** What a witness knows of one attempt. */
export class AttemptNote {
  readonly name: string;
  readonly dossier: Dossier;
  /** The worker's instance in hex. */
  readonly instance: string;
  era: Era;
  /** When it was dispatched or adopted, as the broker's patience has it. */
  since: number;
  /** The epoch in which it was last offered. */
  offeredIn = -1;
  /** The how manieth attempt at a kept job it is. */
  attempt = 0;
  /** It was at a job that memory alone had, and that is lost. */
  isVoid = false;
  /** Its worker has said that it failed. */
  hasFailed = false;

  constructor(name: string, dossier: Dossier, instance: string, era: Era, since: number) {
    this.name = name;
    this.dossier = dossier;
    this.instance = instance;
    this.era = era;
    this.since = since;
    dossier.attempts.push(this);
  }
}
