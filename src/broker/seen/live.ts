import type { Happenings } from './happenings.ts';
import { History } from './history.ts';
import { LiveFeed } from './live-feed.ts';
import type { Vitals } from './status.ts';

/** What is going on in a broker, for whoever watches: what happened, the last minutes, and what is another now. */
export class Live {
  readonly happenings: Happenings;
  readonly history: History;
  readonly feed: LiveFeed;

  constructor(vitals: Vitals, happenings: Happenings, now: () => number) {
    this.happenings = happenings;
    this.history = new History(vitals.broker, now);
    this.feed = new LiveFeed(vitals, happenings, now);
    this.history.start();
  }

  close(): void {
    this.history.stop();
    this.feed.close();
  }
}
