import type { Offer } from '../../core/adoption.ts';
import { tokenKey } from '../../core/outbox.ts';
import type { WorkerHello } from '../../core/worker.ts';
import type { Undecided } from '../confirmations.ts';
import type { Door, ProcessClaim } from '../door.ts';
import type { Reader } from '../reader.ts';
import { Flag } from '../verbs.ts';
import { endingOf, fits } from './answer-record.ts';
import { endOf, offerIn } from './offer-record.ts';

/** What a worker may offer at once: answers, and what the broker keeps of each offer besides. */
const OFFERED_BYTES_MAX = 256 * 1024 * 1024;
const OFFER_BYTES = 256;

/** A worker that has said READY and is still saying what it holds. */
export class Joining {
  readonly hello: WorkerHello;
  readonly claim: ProcessClaim | null;
  readonly offers: Offer[] = [];
  /** The answers among them. */
  readonly ended: Undecided[] = [];
  readonly #door: Door;
  #bytes = 0;

  constructor(door: Door, hello: WorkerHello, claim: ProcessClaim | null) {
    this.#door = door;
    this.hello = hello;
    this.claim = claim;
  }

  /** Takes an OFFER, if it can be used; with its answer, if it has one, it is the `count`-th answer of the session. */
  take(now: number, reader: Reader, count: number): void {
    const ends = (reader.flags & Flag.ENDED) !== 0;
    this.#bytes += OFFER_BYTES + (ends ? reader.bodyLength : 0);
    if (this.#bytes > OFFERED_BYTES_MAX) {
      this.#door.drop('offers');
      return;
    }
    const offer = offerIn(reader);
    if (ends && !this.#end(now, reader, offer, count)) return;
    this.offers.push(offer);
  }

  /** Reads how it ended; false if that cannot be used. */
  #end(now: number, reader: Reader, offer: Offer, count: number): boolean {
    const ending = endingOf(reader);
    if (ending === null || !fits(this.#door, reader)) return false;
    offer.ended = endOf(now, this.#door.broker.state.slabs, reader, ending);
    if (offer.ended === null) {
      this.#door.drop('published');
      return false;
    }
    const { index, generation } = offer.token;
    this.ended.push({ count, key: tokenKey(index, generation) });
    return true;
  }
}
