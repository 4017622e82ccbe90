import type { ProcessClaim } from '../door.ts';
import type { Reader } from '../reader.ts';
import { isTypeName } from '../type-name.ts';
import { Tag } from '../verbs.ts';

const INSTANCE_BYTES = 16;
const CAPACITY_MAX = 1_000_000;

/** What a READY record says of its worker. */
export interface Introduction {
  /** In hex; empty when there is none. */
  readonly instance: string;
  readonly name: string;
  readonly types: string[];
  /** Null when it does not say where it runs. */
  readonly claim: ProcessClaim | null;
}

/** Reads the options of READY; `nameOf` makes a name of their bytes. */
export function introductionIn(
  reader: Reader,
  nameOf: (at: number, length: number) => string,
): Introduction {
  const types: string[] = [];
  let instance = '';
  let name = '';
  let host = '';
  let pid = 0;
  reader.options((tag, at, length) => {
    if (tag === Tag.INSTANCE && length === INSTANCE_BYTES) instance = reader.hex(at, length);
    if (tag === Tag.NAME) name = nameOf(at, length);
    if (tag === Tag.HOST) host = reader.text(at, length);
    if (tag === Tag.PID && length === 4) pid = reader.view.getUint32(at, true);
    if (tag === Tag.TYPE) types.push(reader.text(at, length));
  });
  return { instance, name, types, claim: host === '' ? null : { host, pid } };
}

/** Why a worker cannot join like that, in a sentence, or null. */
export function whatIsWrong(instance: string, types: string[], capacity: number): string | null {
  if (instance === '') return 'READY carries no INSTANCE of 16 bytes.';
  if (types.length === 0) return 'READY names no TYPE.';
  const bad = types.find((name) => !isTypeName(name));
  if (bad !== undefined)
    return `READY names the type '${bad.slice(0, 64)}', which is not a type's name.`;
  if (capacity < 1 || capacity > CAPACITY_MAX)
    return `READY has the capacity ${capacity}, not 1 to ${CAPACITY_MAX}.`;
  return null;
}
