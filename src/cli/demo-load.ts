import { build } from 'hdr-histogram-js';
import { Client } from '../index.ts';

const TYPES = ['A', 'B', 'C'];
const TICK_MS = 20;
const TIMEOUT_MS = 30_000;
/** More are not in flight: the demo shows a broker at work, not one that is flooded. */
const OPEN_MAX = 2000;

/** What happened since the figures were last taken. */
export interface DemoFigures {
  readonly jobsPerSecond: number;
  readonly failed: number;
  readonly p99Ms: number;
}

/** A steady load: three clients, each handing in jobs of one type at its share of the rate. */
export class DemoLoad {
  readonly #clients: readonly Client[];
  readonly #timer: NodeJS.Timeout;
  readonly #startedAt = performance.now();
  readonly #micros = build({ numberOfSignificantValueDigits: 2, autoResize: true });
  #takenAt = this.#startedAt;
  #submitted = 0;
  #open = 0;
  #answered = 0;
  #failed = 0;
  #closing = false;

  constructor(frontend: string, jobsPerSecond: number) {
    this.#clients = TYPES.map((type) => new Client({ broker: frontend, name: `demo-${type}` }));
    this.#timer = setInterval(() => this.#handIn(jobsPerSecond), TICK_MS);
  }

  take(): DemoFigures {
    const now = performance.now();
    const figures = {
      jobsPerSecond: Math.round((this.#answered * 1000) / (now - this.#takenAt)),
      failed: this.#failed,
      p99Ms: this.#answered === 0 ? 0 : this.#micros.getValueAtPercentile(99) / 1000,
    };
    this.#takenAt = now;
    this.#answered = 0;
    this.#failed = 0;
    this.#micros.reset();
    return figures;
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#timer);
    await Promise.all(this.#clients.map((client) => client.close()));
  }

  #handIn(jobsPerSecond: number): void {
    const due = ((performance.now() - this.#startedAt) / 1000) * jobsPerSecond;
    for (; this.#submitted < due; this.#submitted += 1) {
      if (this.#open < OPEN_MAX) void this.#call(this.#submitted);
    }
  }

  async #call(number: number): Promise<void> {
    const index = number % TYPES.length;
    const at = performance.now();
    this.#open += 1;
    try {
      const call = { timeoutMs: TIMEOUT_MS };
      await this.#clients[index]?.call(TYPES[index] ?? '', `job ${number} of the demo`, call);
      this.#answered += 1;
      this.#micros.recordValue(Math.round((performance.now() - at) * 1000));
    } catch {
      if (!this.#closing) this.#failed += 1;
    } finally {
      this.#open -= 1;
    }
  }
}
