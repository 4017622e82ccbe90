import { LatidoError } from '../errors.ts';

const KINDS = ['crash', 'hang', 'slow', 'stall', 'fail'] as const;
/** Of these it is said for how long, too. */
const TIMED: ReadonlySet<string> = new Set(['slow', 'stall']);
type Kind = (typeof KINDS)[number];

/** How often each fault happens, as a probability, and for how long. */
export interface Chaos {
  readonly probability: Readonly<Record<Kind, number>>;
  readonly ms: { readonly slow: number; readonly stall: number };
}

/** Reads `crash=0.01,hang=0.01,slow=0.1:500,fail=0.05`; null for an empty text, OPTION_INVALID for a wrong one. */
export function chaosFrom(text: string): Chaos | null {
  if (text === '') return null;
  const probability = { crash: 0, hang: 0, slow: 0, stall: 0, fail: 0 };
  const ms = { slow: 0, stall: 0 };
  for (const fault of text.split(',')) {
    const match = /^(crash|hang|slow|stall|fail)=(\d*\.?\d+)(?::(\d+))?$/.exec(fault.trim());
    const [, kind, share, span] = match ?? [];
    if (kind === undefined || Number(share) > 1 || TIMED.has(kind) !== (span !== undefined)) {
      throw new LatidoError(
        'OPTION_INVALID',
        `option 'chaos' must be faults with probabilities from 0 to 1, like crash=0.01,hang=0.01,slow=0.1:500,stall=0.01:1500,fail=0.05, got '${fault}'`,
      );
    }
    probability[kind as Kind] = Number(share);
    if (span !== undefined) ms[kind as keyof typeof ms] = Number(span);
  }
  return { probability, ms };
}

const NEVER = new Promise<void>(() => {});

/** Does to this job what chance has for it, before its handler; undefined when that is nothing. */
export function strike(chaos: Chaos): Promise<void> | undefined {
  const { probability, ms } = chaos;
  if (Math.random() < probability.crash) process.kill(process.pid, 'SIGKILL');
  if (Math.random() < probability.stall) block(ms.stall);
  if (Math.random() < probability.fail) throw new LatidoError('CHAOS', 'a fault by option chaos');
  if (Math.random() < probability.hang) return NEVER;
  if (Math.random() >= probability.slow) return undefined;
  return new Promise((resolve) => {
    setTimeout(resolve, ms.slow);
  });
}

/** Holds the event loop up, as a handler does that computes without a pause. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
