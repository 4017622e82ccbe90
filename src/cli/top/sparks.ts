const SPARKS = '▁▂▃▄▅▆▇█';

/** A sign for each value, the higher the more; `most` and above are the highest. */
export function sparks(values: readonly number[], most: number): string {
  const top = SPARKS.length - 1;
  const at = (value: number) => Math.ceil(Math.max(0, Math.min(1, value / most)) * top);
  return values.map((value) => SPARKS[at(value)] ?? '').join('');
}
