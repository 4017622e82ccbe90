import { LatidoError } from '../errors.ts';
import { checkOption } from '../option.ts';
import { typeOption } from '../options.ts';
import type { Batch } from '../wire/batch.ts';
import { Verb } from '../wire/verbs.ts';

const TYPES_MAX = 0xffff;

/** A client's numbers for its types, and which of them the present session has been told. */
export class Types {
  #numbers = new Map<string, number>();
  #names: string[] = [];
  #declared = 0;

  /** The type's number; throws TYPE_INVALID or TYPES_MAX when a new one cannot have one. */
  number(name: string): number {
    return this.#numbers.get(name) ?? this.#add(name);
  }

  /** Writes the TYPE records that the session needs to understand this number. */
  declare(batch: Batch, number: number): void {
    for (; this.#declared <= number; this.#declared++) {
      const bytes = Buffer.from(this.#names[this.#declared]!);
      batch.begin(Verb.TYPE, 0, this.#declared, 0, 0);
      batch.body(bytes, 0, bytes.length);
    }
  }

  /** A new session knows none. */
  forgetDeclared(): void {
    this.#declared = 0;
  }

  #add(name: string): number {
    const number = this.#names.length;
    if (number > TYPES_MAX) throw new LatidoError('TYPES_MAX');
    try {
      checkOption('type', typeOption, name);
    } catch (error) {
      throw new LatidoError('TYPE_INVALID', (error as Error).message);
    }
    this.#names.push(name);
    this.#numbers.set(name, number);
    return number;
  }
}
