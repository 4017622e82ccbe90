import { request } from 'node:http';
import type { ExecutionContext } from 'ava';
import type { Change, Happening, Whole } from '../../src/view/live.ts';

/** A listener at /api/live that remembers what it was told, and when. */
export class LiveStream {
  whole: Whole | null = null;
  readonly changes: { readonly heardAt: number; readonly change: Change }[] = [];
  /** The bytes of all events. */
  bytes = 0;
  isOver = false;
  #text = '';

  constructor(t: ExecutionContext, http: string) {
    const asking = request(`http://${http}/api/live`, (answer) => {
      answer.setEncoding('utf8');
      answer.on('data', (text: string) => this.#take(text));
      answer.on('error', () => {});
      answer.on('close', () => {
        this.isOver = true;
      });
    });
    asking.on('error', () => {});
    asking.end();
    t.teardown(() => asking.destroy());
  }

  /** All that happened, with what it was told with. */
  get happenings(): readonly Happening[] {
    return this.changes.flatMap(({ change }) => change.happenings);
  }

  #take(text: string): void {
    this.bytes += text.length;
    const events = (this.#text + text).split('\n\n');
    this.#text = events.pop()!;
    for (const event of events) {
      const [, name, json] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
      if (name === 'whole') this.whole = JSON.parse(json!) as Whole;
      if (name === 'change') {
        this.changes.push({ heardAt: performance.now(), change: JSON.parse(json!) as Change });
      }
    }
  }
}
