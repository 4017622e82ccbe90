/** A bug that could be made, with the tests that have to notice it. */
export interface Mutant {
  /** What is wrong with it, in a few words. */
  readonly name: string;
  readonly file: string;
  /** Stands once in the file. */
  readonly find: string;
  readonly put: string;
  /** The fastest first: the others run only when it has noticed nothing. */
  readonly tests: readonly string[];
}

/** The source with the bug in it; throws when the place is not to be found, or not the only one. */
export function planted(source: string, { name, file, find, put }: Mutant): string {
  const places = source.split(find).length - 1;
  if (places !== 1) throw new Error(`${name}: '${find}' stands ${places} times in ${file}`);
  return source.replace(find, () => put);
}
