import { LatidoError } from '../../errors.ts';

/** What became of a message that was delivered. */
export interface Delivery {
  /** To how many. */
  readonly to: number;
  /** What the worker says of it to its author; empty for nothing. */
  readonly notice: string;
}

/**
 * Something that a person has said.
 *
 * ```
 *   waiting ──▶ sent (the broker has taken it) ──▶ delivered
 *      └──────────────────┴──▶ failed
 * ```
 */
export class Message {
  /** Counts the messages of this session, from 1. */
  readonly n: number;
  /** The room it was said in; '' for a private message. */
  readonly room: string;
  /** The nick it is for; '' for what is said in a room. */
  readonly to: string;
  readonly text: string;
  /** Resolves when it is delivered, rejects with a LatidoError if it is not; nobody needs to look at it. */
  readonly done: Promise<Delivery>;
  state: 'waiting' | 'sent' | 'delivered' | 'failed' = 'waiting';
  /** A sentence of the worker's, or why it failed; empty for none. */
  notice = '';
  /** Its number in the room, when it is sent. */
  seq = 0;
  #resolve!: (delivery: Delivery) => void;
  #reject!: (error: LatidoError) => void;

  constructor(n: number, room: string, to: string, text: string) {
    this.n = n;
    this.room = room;
    this.to = to;
    this.text = text;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.done.catch(() => {});
  }

  /** The broker has taken it. */
  sent(seq: number): void {
    this.state = 'sent';
    this.seq = seq;
  }

  delivered(to: number, notice: string): void {
    this.state = 'delivered';
    this.notice = notice;
    this.#resolve({ to, notice });
  }

  failed(code: string, text: string): void {
    this.state = 'failed';
    this.notice = text;
    this.#reject(new LatidoError(code, text));
  }
}
