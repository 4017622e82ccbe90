import type { Happening } from './timeline.ts';

/** Whose loop it is: its clock, and what it is to do later. */
export interface LoopOwner {
  /** Milliseconds since it was started. */
  monotonic(): number;
  /** Wall-clock time of its start. */
  readonly timeOrigin: number;
  later(ms: number, something: () => void): Happening;
  /** Before something that is to be done soon is done. */
  soonMs(): number;
  /** Something was done that a promise may have waited for. */
  stir(): void;
}

const realImmediate = setImmediate;

/**
 * Puts clock and timers of `owner` in the place of this process's own, so that what reads and sets those lives in virtual time.
 * Returns what puts them back.
 */
export function takeOver(owner: LoopOwner): () => void {
  const names = ['performance', 'setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate'];
  const before = names.map(
    (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)!] as const,
  );
  const callOff = (happening: Happening | null) => happening?.callOff();
  put('performance', {
    now: () => owner.monotonic(),
    get timeOrigin() {
      return owner.timeOrigin;
    },
  });
  put('setTimeout', (something: () => void, ms: number) => owner.later(ms, something));
  put('setImmediate', (something: () => void) =>
    owner.later(owner.soonMs(), () => {
      something();
      owner.stir();
    }),
  );
  put('clearTimeout', callOff);
  put('clearImmediate', callOff);
  return () => {
    for (const [name, descriptor] of before) Object.defineProperty(globalThis, name, descriptor);
  };
}

/** Lets everything happen that waits for a promise that is kept. */
export function settled(): Promise<void> {
  return new Promise((resolve) => realImmediate(resolve));
}

function put(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { configurable: true, writable: true, value });
}
