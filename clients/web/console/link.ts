import type { Change, Whole } from '../../../src/web.ts';

const RETRY_MS = 1000;
/** Something is said whenever anything changes; after such a silence the broker is asked whether it is there. */
const SILENCE_MS = 2000;
const PROBE_MS = 2000;
const LOOK_MS = 500;
/** A page that nobody has seen for so long lets go of its connection: a browser has six for one host, and all its tabs share them. */
const UNSEEN_MS = 3000;

/** Who is told what the broker says. */
export interface LinkEars {
  whole(whole: Whole): void;
  change(change: Change): void;
  /** The broker cannot be reached, or can again. */
  turned(): void;
}

/** The stream of what happens at the broker; it is taken up again for as long as the page is open and seen. */
export class Link {
  /** Since when nothing has come, in wall-clock milliseconds; null while all is well. */
  lostSince: number | null = null;
  readonly #ears: LinkEars;
  #source: EventSource | null = null;
  #heardAt = Date.now();
  #isProbing = false;
  #isResting = false;
  #unseen: number | undefined;

  constructor(ears: LinkEars) {
    this.#ears = ears;
  }

  start(): void {
    this.#connect();
    setInterval(() => void this.#look(), LOOK_MS);
    document.addEventListener('visibilitychange', () => this.#turn());
    this.#turn();
  }

  #turn(): void {
    clearTimeout(this.#unseen);
    if (document.hidden) this.#unseen = window.setTimeout(() => this.#rest(), UNSEEN_MS);
    else if (this.#isResting) this.#wake();
  }

  #rest(): void {
    this.#isResting = true;
    this.#source?.close();
    this.#source = null;
  }

  #wake(): void {
    this.#isResting = false;
    this.#heardAt = Date.now();
    this.#connect();
  }

  #connect(): void {
    const source = new EventSource('/api/live');
    this.#source = source;
    source.addEventListener('whole', ({ data }) => {
      if (this.#source !== source) return;
      this.#heard();
      this.#ears.whole(JSON.parse(data) as Whole);
    });
    source.addEventListener('change', ({ data }) => {
      if (this.#source !== source) return;
      this.#heard();
      this.#ears.change(JSON.parse(data) as Change);
    });
    // It would try again by itself, but not after every kind of refusal.
    source.addEventListener('error', () => this.#broken(source));
  }

  #broken(source: EventSource): void {
    if (this.#source !== source) return;
    this.#source = null;
    source.close();
    this.#lost();
    setTimeout(() => this.#again(), RETRY_MS);
  }

  #again(): void {
    if (!this.#isResting && this.#source === null) this.#connect();
  }

  #heard(): void {
    this.#heardAt = Date.now();
    if (this.lostSince === null) return;
    this.lostSince = null;
    this.#ears.turned();
  }

  #lost(): void {
    this.lostSince ??= Date.now();
    this.#ears.turned();
  }

  /** A broker that is frozen, or behind a cable that was pulled, ends no stream. */
  async #look(): Promise<void> {
    const isQuiet = Date.now() - this.#heardAt > SILENCE_MS;
    if (!isQuiet || this.#isProbing || this.#source === null) return;
    this.#isProbing = true;
    try {
      await fetch('/healthz', { signal: AbortSignal.timeout(PROBE_MS) });
      if (this.#source?.readyState === EventSource.OPEN) this.#heard();
    } catch {
      this.lostSince ??= this.#heardAt;
      this.#ears.turned();
    } finally {
      this.#isProbing = false;
    }
  }
}
