const SAMPLE_MS = 100;
/** The worst of so many samples, and of as many before them, is told: about a second. */
const SAMPLES = 10;

/** How late the event loop was in the last second or two, while somebody asks. */
export class LagWatch {
  #timer: NodeJS.Timeout | null = null;
  #expectedAt = 0;
  #samples = 0;
  #worst = 0;
  #worstBefore = 0;

  get worstMs(): number {
    return Math.round(Math.max(this.#worst, this.#worstBefore));
  }

  start(): void {
    this.#worst = this.#worstBefore = 0;
    this.#expectedAt = performance.now() + SAMPLE_MS;
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #sample(): void {
    const now = performance.now();
    this.#worst = Math.max(this.#worst, now - this.#expectedAt);
    this.#expectedAt = now + SAMPLE_MS;
    if (++this.#samples < SAMPLES) return;
    this.#worstBefore = this.#worst;
    this.#worst = this.#samples = 0;
  }
}
