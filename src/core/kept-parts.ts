import { Commissions } from './commissions.ts';
import { Inquiries } from './inquiries.ts';
import type { Keeps } from './keeps.ts';
import type { KeptStore } from './kept-store.ts';
import { KeyQueues } from './key-queues.ts';
import type { Keys } from './keys.ts';
import { Lookups } from './lookups.ts';
import type { Parts } from './parts.ts';
import type { Records } from './records.ts';
import { Recovery } from './recovery.ts';
import { Upgrades } from './upgrades.ts';

/** What all parts need that came before these. */
type Others = Pick<
  Parts,
  'state' | 'waiting' | 'attempts' | 'adoption' | 'ledger' | 'intake' | 'notes'
>;

/** The parts of the core that only kept jobs need. */
export class KeptParts {
  readonly commissions: Commissions;
  readonly lookups: Lookups;
  readonly recovery: Recovery;

  constructor(others: Others, keys: Keys, keeps: Keeps, records: Records, store: KeptStore) {
    const { state, waiting, attempts, adoption, ledger, intake, notes } = others;
    const inquiries = new Inquiries(store);
    const keyQueues = new KeyQueues();
    ledger.onForgotten = (id) => {
      inquiries.ended(id);
      keyQueues.ended(id);
    };
    const upgrades = new Upgrades(state, waiting, attempts, ledger, records);
    this.commissions = new Commissions(
      state,
      waiting,
      keeps,
      ledger,
      records,
      upgrades,
      intake,
      inquiries,
      keyQueues,
    );
    this.lookups = new Lookups(state, ledger, intake, inquiries);
    this.recovery = new Recovery(
      state,
      waiting,
      attempts,
      adoption,
      keys,
      ledger,
      keeps,
      upgrades,
      notes,
    );
  }
}
