/** Clients that hand in jobs at a fixed rate. */

import type { Child } from './children.ts';
import type { Hub } from './hub.ts';
import type { Bench } from './measurement.ts';
import type { PaceFigures, PacerSettings, PaceSpan } from './pacer.ts';

/** How long what was handed in last may take. */
const MARGIN_MS = 60_000;

/** Starts such a client; resolves when its first job has come to its end. */
export async function startPacer(
  bench: Bench,
  hub: Hub,
  settings: Omit<PacerSettings, 'address'>,
): Promise<Child> {
  const all: PacerSettings = { address: hub.frontend, ...settings };
  const pacer = bench.children.startWith('bench/pacer.ts', all);
  await pacer.next('ready');
  return pacer;
}

/** Has it hand in jobs for a while; resolves to its figures. */
export async function paced(pacer: Child, span: PaceSpan): Promise<PaceFigures> {
  pacer.send({ kind: 'pace', span });
  const timeoutMs = (span.warmUpSeconds + span.seconds) * 1000 + MARGIN_MS;
  return (await pacer.next('figures', timeoutMs)).figures as PaceFigures;
}
