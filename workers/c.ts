/** Type C: work on text. Counts the lines, words and letters of the job's body. */

import { type Handler, Worker } from '../src/index.ts';

export interface Counts {
  readonly lines: number;
  readonly words: number;
  readonly letters: number;
}

export const C: Handler<string, Counts> = (job) => {
  const text = job.text();
  return {
    lines: text === '' ? 0 : text.split('\n').length,
    words: text.match(/\S+/g)?.length ?? 0,
    letters: text.match(/\p{L}/gu)?.length ?? 0,
  };
};

if (import.meta.main) {
  await new Worker({ capacity: 4 }).handle('C', C).start();
  console.error('a worker for type C is ready');
}
