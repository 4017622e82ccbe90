import { Adoption } from './adoption.ts';
import { Attempts } from './attempts.ts';
import { Channels } from './channels.ts';
import type { Commissions } from './commissions.ts';
import { Dispatcher } from './dispatcher.ts';
import { Drain } from './drain.ts';
import { Endings } from './endings.ts';
import { Guests } from './guests.ts';
import { Intake } from './intake.ts';
import { Inventory } from './inventory.ts';
import { Keeps } from './keeps.ts';
import { KeptParts } from './kept-parts.ts';
import type { KeptStore } from './kept-store.ts';
import { Keys } from './keys.ts';
import { Ledger } from './ledger.ts';
import { Lives } from './lives.ts';
import type { Lookups } from './lookups.ts';
import { Notes } from './notes.ts';
import { Operator } from './operator.ts';
import type { Watcher } from './outbox.ts';
import { Records } from './records.ts';
import type { Recovery } from './recovery.ts';
import { Roster } from './roster.ts';
import { type Settings, State } from './state.ts';
import { Waiting } from './waiting.ts';

/** The parts of the core, and who works with whom. */
export class Parts {
  readonly state: State;
  readonly channels: Channels;
  readonly notes: Notes;
  readonly waiting: Waiting;
  readonly ledger: Ledger;
  readonly endings: Endings;
  readonly attempts: Attempts;
  readonly adoption: Adoption;
  readonly dispatcher: Dispatcher;
  readonly roster: Roster;
  readonly intake: Intake;
  readonly commissions: Commissions;
  readonly lookups: Lookups;
  readonly recovery: Recovery;
  readonly drain: Drain;
  readonly guests: Guests;
  readonly operator: Operator;
  readonly inventory: Inventory;
  readonly lives: Lives;

  constructor(now: number, epoch: number, settings: Settings, watcher: Watcher, store: KeptStore) {
    const state = new State(epoch, settings, watcher);
    const waiting = new Waiting(state);
    const keys = new Keys(state);
    const ledger = new Ledger(state);
    const records = new Records(state, store.journal);
    const inventory = new Inventory(state, ledger);
    const lives = new Lives(state, inventory);
    const endings = new Endings(state, waiting, keys, ledger, records, lives);
    const channels = new Channels(state);
    const attempts = new Attempts(state, waiting, endings, records, channels, lives);
    const adoption = new Adoption(now, state, waiting, attempts, ledger);
    const dispatcher = new Dispatcher(state, attempts);
    const intake = new Intake(state, waiting, attempts, endings, adoption, dispatcher);
    const keeps = new Keeps(state, keys, ledger, intake);
    this.state = state;
    this.channels = channels;
    this.waiting = waiting;
    this.ledger = ledger;
    this.endings = endings;
    this.attempts = attempts;
    this.adoption = adoption;
    this.dispatcher = dispatcher;
    this.intake = intake;
    this.roster = new Roster(state, attempts, adoption);
    this.notes = new Notes(state, ledger, store.journal);
    const kept = new KeptParts(this, keys, keeps, records, store);
    this.commissions = kept.commissions;
    this.lookups = kept.lookups;
    this.recovery = kept.recovery;
    this.drain = new Drain(state, waiting, attempts, intake, ledger, this.recovery);
    this.guests = new Guests(state, intake, endings, ledger, channels);
    this.operator = new Operator(
      state,
      ledger,
      keeps,
      records,
      intake,
      waiting,
      this.roster,
      this.notes,
    );
    this.inventory = inventory;
    this.lives = lives;
  }
}
