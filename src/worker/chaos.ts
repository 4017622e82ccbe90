import { LatidoError } from '../errors.ts';

const KINDS = ['crash', 'hang', 'slow', 'fail'] as const;
type Kind = (typeof KINDS)[number];

/** How often each fault happens, as a probability, and how slow a slow job is. */
export interface Chaos {
  readonly probability: Readonly<Record<Kind, number>>;
  readonly slowMs: number;
}

/** Reads `crash=0.01,hang=0.01,slow=0.1:500,fail=0.05`; null for an empty text, OPTION_INVALID for a wrong one. */
export function chaosFrom(text: string): Chaos | null {
  if (text === '') return null;
  const probability = { crash: 0, hang: 0, slow: 0, fail: 0 };
  let slowMs = 0;
  for (const fault of text.split(',')) {
    const match = /^(crash|hang|slow|fail)=(\d*\.?\d+)(?::(\d+))?$/.exec(fault.trim());
    const [, kind, share, ms] = match ?? [];
    if (kind === undefined || Number(share) > 1 || (kind === 'slow') !== (ms !== undefined)) {
      throw new LatidoError(
        'OPTION_INVALID',
        `option 'chaos' must be faults with probabilities from 0 to 1, like crash=0.01,hang=0.01,slow=0.1:500,fail=0.05, got '${fault}'`,
      );
    }
    probability[kind as Kind] = Number(share);
    if (ms !== undefined) slowMs = Number(ms);
  }
  return { probability, slowMs };
}

const NEVER = new Promise<void>(() => {});

/** Does to this job what chance has for it, before its handler; undefined when that is nothing. */
export function strike(chaos: Chaos): Promise<void> | undefined {
  const { probability, slowMs } = chaos;
  if (Math.random() < probability.crash) process.kill(process.pid, 'SIGKILL');
  if (Math.random() < probability.fail) throw new LatidoError('CHAOS', 'a fault by option chaos');
  if (Math.random() < probability.hang) return NEVER;
  if (Math.random() >= probability.slow) return undefined;
  return new Promise((resolve) => {
    setTimeout(resolve, slowMs);
  });
}
