import { LatidoError } from '../errors.ts';
import { encodeBody } from '../wire/bodies.ts';
import {
  headOf,
  isChannelName,
  isSubscriptionName,
  NAMES_MAX,
  PUBLICATIONS_MAX,
  SEQ_MAX,
} from '../wire/publications.ts';

/** Whom a publication is for, and its place in the channel. */
export interface PublishOptions {
  /** Subscriptions of these names alone. */
  readonly only?: readonly string[] | undefined;
  /** All but subscriptions of these names. */
  readonly but?: readonly string[] | undefined;
  /** A number of your own, for its place among others: it counts if it is higher than all that the channel has had. */
  readonly seq?: number | undefined;
}

/** What a handler has published so far: it leaves with the answer. */
export class Published {
  count = 0;
  bytes = 0;
  readonly #parts: Uint8Array[] = [];

  /** Throws when the channel or an option cannot be. */
  add(channel: string, value: unknown, options: PublishOptions): void {
    check(channel, options);
    if (this.count === PUBLICATIONS_MAX)
      throw new LatidoError('OPTION_INVALID', `a job publishes at most ${PUBLICATIONS_MAX} times`);
    const { only = null, but = null, seq = 0 } = options;
    const body = encodeBody(value);
    const head = headOf({ channel, only, but, seq, length: body.length });
    this.#parts.push(head, body);
    this.count++;
    this.bytes += head.length + body.length;
  }

  /** All of it, and the answer behind. */
  inFrontOf(answer: Uint8Array): Uint8Array {
    return Buffer.concat([...this.#parts, answer], this.bytes + answer.length);
  }
}

function check(channel: string, { only, but, seq }: PublishOptions): void {
  if (typeof channel !== 'string' || !isChannelName(channel))
    throw new LatidoError('CHANNEL_INVALID');
  if (only !== undefined && but !== undefined)
    throw new LatidoError('OPTION_INVALID', "option 'only' must not stand beside but");
  if (only !== undefined) checkNames('only', only);
  if (but !== undefined) checkNames('but', but);
  if (seq !== undefined && !(Number.isInteger(seq) && seq >= 0 && seq <= SEQ_MAX))
    throw new LatidoError('OPTION_INVALID', `option 'seq' must be a whole number, got ${seq}`);
}

function checkNames(option: string, names: readonly string[]): void {
  if (!Array.isArray(names) || names.length > NAMES_MAX)
    throw new LatidoError(
      'OPTION_INVALID',
      `option '${option}' must be at most ${NAMES_MAX} names`,
    );
  for (const name of names) {
    if (typeof name === 'string' && isSubscriptionName(name)) continue;
    const rule = 'must have names of 1 to 64 bytes of printable characters';
    throw new LatidoError('OPTION_INVALID', `option '${option}' ${rule}, got '${name}'`);
  }
}
