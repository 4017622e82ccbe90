import { codeOf, LatidoError } from '../errors.ts';
import type { Reader } from '../wire/reader.ts';
import { Flag, Tag, Verb } from '../wire/verbs.ts';
import { TalkingSession } from './chat/talking.ts';
import type { Listener } from './listener.ts';

/** A client's session that subscribes to channels, too. A subscription is said again in every session. */
export class ListeningSession extends TalkingSession {
  readonly #listeners = new Map<number, Listener>();

  /** Subscribes, now or when there is a session. */
  subscribe(listener: Listener): void {
    if (this.ended) {
      listener.end(new LatidoError('CLOSED'));
      return;
    }
    listener.number = this.takeNumber();
    listener.repeats = false;
    this.#listeners.set(listener.number, listener);
    if (this.isOpen) this.#say(listener);
  }

  /** Ends a subscription. */
  unsubscribe(listener: Listener): void {
    this.#release(listener);
    listener.end(null);
  }

  /** Lets go of all subscriptions: they go on in another session. */
  releaseAll(): Listener[] {
    const all = [...this.#listeners.values()];
    for (const listener of all) this.#release(listener);
    return all;
  }

  override bye(): void {
    for (const listener of this.#listeners.values()) listener.end(null);
    this.#listeners.clear();
    super.bye();
  }

  protected override gaveUp(): void {
    for (const listener of this.#listeners.values()) {
      if (!listener.stands) this.#refuse(listener, new LatidoError('NO_BROKER'));
    }
  }

  protected override welcomed(now: number, reader: Reader): void {
    super.welcomed(now, reader);
    for (const listener of this.#listeners.values()) this.#say(listener);
  }

  protected override record(now: number, reader: Reader): void {
    if (reader.verb === Verb.DELIVER) {
      this.#deliver(reader);
      return;
    }
    super.record(now, reader);
    const listener = this.#listeners.get(reader.a);
    if (listener === undefined) return;
    if (reader.verb === Verb.ACCEPT) accept(listener, reader);
    else if (reader.verb === Verb.REFUSE)
      this.#refuse(listener, new LatidoError(codeOf(reader.b), reader.bodyText()));
  }

  protected override late(reader: Reader): void {
    if (reader.verb === Verb.DELIVER) this.#deliver(reader);
    else super.late(reader);
  }

  #deliver(reader: Reader): void {
    const { view, fixedAt, body, bodyAt, bodyLength } = reader;
    const seq = Number(view.getBigUint64(fixedAt, true));
    const prev = Number(view.getBigUint64(fixedAt + 8, true));
    this.#listeners.get(reader.a)?.deliver(seq, prev, body, bodyAt, bodyLength);
  }

  #say(listener: Listener): void {
    const repeat = listener.repeats ? Flag.REPEAT : 0;
    this.batch.begin(Verb.SUBSCRIBE, Flag.OPTIONS | repeat, 0, listener.number, 0);
    this.batch.raw(listener.options());
    listener.repeats = true;
  }

  #release({ number }: Listener): void {
    if (this.#listeners.delete(number) && this.isOpen)
      this.batch.begin(Verb.CANCEL, 0, 0, number, 0);
  }

  #refuse(listener: Listener, error: LatidoError): void {
    this.#listeners.delete(listener.number);
    listener.end(error);
  }
}

function accept(listener: Listener, reader: Reader): void {
  let since = 0;
  reader.options((tag, at, length) => {
    if (tag === Tag.SINCE && length === 8) since = Number(reader.view.getBigUint64(at, true));
  });
  listener.accepted(since, (reader.flags & Flag.MISSED) !== 0);
}
