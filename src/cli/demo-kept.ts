import type { SubmitOptions } from '../index.ts';
import { Client } from '../index.ts';

const TYPES = ['A', 'B', 'C'];
const BACKOFF = { kind: 'fixed', ms: 300 } as const;
/** What is said of each ten jobs, in turn: nothing of most. */
const SAID: readonly SubmitOptions[] = [
  { attemptsMax: 1 },
  { delayMs: 5000 },
  { priority: 10 },
  { key: 'one at a time' },
  { key: 'one at a time' },
  { attemptsMax: 1 },
  { attemptsMax: 1 },
  { attemptsMax: 1 },
  {},
  {},
];

/** Jobs that the broker keeps on its disk, some of them for later; nobody waits for their answers. */
export class DemoKept {
  readonly #client: Client;
  readonly #timer: NodeJS.Timeout;
  #submitted = 0;

  constructor(frontend: string, everyMs: number) {
    this.#client = new Client({ broker: frontend, name: 'demo-kept' });
    this.#timer = setInterval(() => this.#submit(), everyMs);
  }

  close(): Promise<void> {
    clearInterval(this.#timer);
    return this.#client.close();
  }

  #submit(): void {
    const number = this.#submitted++;
    const type = TYPES[number % TYPES.length] ?? '';
    const options = { attemptsMax: 3, backoff: BACKOFF, ...SAID[number % SAID.length] };
    // Without a broker it waits for one; what is refused the broker counts.
    this.#client.submit(type, `kept job ${number} of the demo`, options).catch(() => {});
  }
}
