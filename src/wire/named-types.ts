import type { Type } from '../core/type.ts';
import type { ErrorCode } from '../errors.ts';
import type { Door } from './door.ts';
import type { Reader } from './reader.ts';
import { isTypeName, TYPE_BYTES_MAX } from './type-name.ts';

const TYPES_NAMED_MAX = 65_536;

/** A type that a session has given a number; the type itself comes into being with the first job. */
interface NamedType {
  readonly name: string;
  type: Type | null;
}

/** The numbers that a client's session has given to types. */
export class NamedTypes {
  readonly #door: Door;
  #named: NamedType[] = [];

  constructor(door: Door) {
    this.#door = door;
  }

  /** A TYPE record: the next number and its name. */
  declare(reader: Reader): void {
    const number = reader.type;
    if (number !== this.#named.length || number >= TYPES_NAMED_MAX) {
      this.#door.drop('type-number');
      return;
    }
    const name = reader.bodyLength > TYPE_BYTES_MAX ? '' : reader.bodyText();
    this.#named.push({ name: isTypeName(name) ? name : '', type: null });
  }

  /** The type of that number; null when there is none, or no room for it. */
  of(number: number): Type | null {
    const named = this.#named[number];
    return named === undefined ? null : (named.type ?? this.#resolve(named));
  }

  /** Why a number stands for no type; null when it does. */
  obstacle(number: number): ErrorCode | null {
    const named = this.#named[number];
    if (named === undefined) return 'TYPE_UNKNOWN';
    if (named.name === '') return 'TYPE_INVALID';
    return named.type === null ? 'TYPES_MAX' : null;
  }

  /** The session is over: types that nobody names may make room. */
  forget(): void {
    for (const { type } of this.#named) if (type !== null) type.names--;
    this.#named = [];
  }

  #resolve(named: NamedType): Type | null {
    if (named.name === '') return null;
    named.type = this.#door.broker.state.type(named.name);
    if (named.type !== null) named.type.names++;
    return named.type;
  }
}
