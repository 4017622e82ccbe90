import type { SimCall } from './client-peer.ts';

/** One job in one life of the broker, or until that broker forgot its client. */
export class Era {
  readonly epoch: number;
  /** How its first attempt here came about. */
  began: 'dispatch' | 'adopt' | null = null;
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
  readonly call: SimCall;
  readonly key: string;
  era = new Era(-1);
  present: AttemptNote | null = null;
  readonly attempts: AttemptNote[] = [];

  constructor(call: SimCall) {
    this.call = call;
    this.key = call.errand.key;
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

  constructor(name: string, dossier: Dossier, instance: string, era: Era, since: number) {
    this.name = name;
    this.dossier = dossier;
    this.instance = instance;
    this.era = era;
    this.since = since;
    dossier.attempts.push(this);
  }
}
