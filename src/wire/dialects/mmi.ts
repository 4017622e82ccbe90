import type { State } from '../../core/state.ts';
import { isTitanic } from './reserved.ts';

/** What the Majordomo Management Interface answers to `mmi.<word>` with that body; null for any other service. */
export function mmi(state: State, service: string, body: readonly Uint8Array[]): string | null {
  if (!service.startsWith('mmi.')) return null;
  if (service !== 'mmi.service') return '501';
  const name = Buffer.from(body.at(-1) ?? []).toString();
  // The broker's own, where data is kept.
  if (isTitanic(name) && state.storeRefusal !== 'NO_STORE') return '200';
  const members = state.types.get(name)?.fleet.members ?? [];
  for (const worker of members) if (worker.present) return '200';
  return '404';
}
