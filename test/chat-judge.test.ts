/** A judge of the chat that lets bad histories pass proves nothing: here are some. */

import test, { type ExecutionContext } from 'ava';
import type { PlaceKind, Viewer } from './support/chat-case.ts';
import { ChatJudge } from './support/chat-judge.ts';
import { Verdict } from './support/judge.ts';

const ANA: Viewer = { person: 'Ana', life: 'Ana.1' };
const BEA: Viewer = { person: 'Bea', life: 'Bea.1' };
const CID: Viewer = { person: 'Cid', life: 'Cid.1' };

/** A room in which Dan says 'one' and 'two', told sent and delivered; both are owed to Ana and Bea. */
class History {
  readonly judge: ChatJudge;
  readonly kind: PlaceKind;
  #said = 0;

  constructor(kind: PlaceKind, isSteady = true, isKept = true) {
    this.kind = kind;
    this.judge = new ChatJudge({ isSteady, isKept });
    const owed = kind === 'queue' ? [] : [ANA, BEA];
    for (const { person } of owed) this.judge.owes(kind, 'r', person);
    this.says('one', 1);
    this.says('two', 2);
  }

  says(text: string, seq: number, by = 'Dan'): void {
    const n = ++this.#said;
    this.judge.says({ text, by, life: `${by}.1`, n, place: 'r', kind: this.kind });
    this.judge.sent(text, seq);
    this.judge.ended(text, 'delivered');
  }

  shows(viewer: Viewer, seq: number, text: string): void {
    this.judge.shown(viewer, this.kind, 'r', seq, text);
  }

  /** Both are shown both. */
  goesWell(): this {
    for (const viewer of [ANA, BEA]) {
      this.shows(viewer, 1, 'one');
      this.shows(viewer, 2, 'two');
    }
    return this;
  }
}

function breaks(t: ExecutionContext, what: RegExp, history: () => void): void {
  t.regex(t.throws(history, { instanceOf: Verdict })!.message, what);
}

for (const kind of ['durable', 'transient'] as const) {
  test(`what is shown to all, once and in order, breaks nothing: ${kind}`, (t) => {
    const { judge } = new History(kind).goesWell();
    judge.settle();
    t.notThrows(() => judge.finish());
  });

  test(`what was promised and was not shown is found: ${kind}`, (t) => {
    const history = new History(kind);
    history.shows(ANA, 1, 'one');
    history.shows(ANA, 2, 'two');
    breaks(t, /one was not shown to Bea; two was not shown to Bea/, () => history.judge.finish());
  });

  test(`what is shown twice, out of order, or behind what its author said later, is found: ${kind}`, (t) => {
    const history = new History(kind).goesWell();
    breaks(t, /shown two twice/, () => history.shows(ANA, 3, 'two'));
    history.says('three', 3);
    history.says('four', 4);
    history.shows(ANA, 4, 'four');
    breaks(t, /behind a higher number/, () => history.shows(ANA, 3, 'three'));
    breaks(t, /behind what was said after it|shown as/, () => history.shows(ANA, 5, 'three'));
  });
}

test('what nobody said, what was said elsewhere, what is dropped and what is their own is shown to nobody', (t) => {
  const history = new History('durable');
  const { judge } = history;
  breaks(t, /nobody said 'x'/, () => history.shows(ANA, 1, 'x'));
  breaks(t, /said elsewhere/, () => judge.shown(ANA, 'durable', 'other', 1, 'one'));
  breaks(t, /said elsewhere/, () => judge.shown(ANA, 'private', 'r', 1, 'one'));
  history.says('mine', 3, 'Ana');
  breaks(t, /its own/, () => history.shows(ANA, 3, 'mine'));
  history.says('bad', 4);
  judge.dropped('bad');
  breaks(t, /was dropped/, () => history.shows(ANA, 4, 'bad'));
});

test('in a durable room all see the same number, and it is that which the author was told', (t) => {
  const history = new History('durable');
  breaks(t, /its author told 1/, () => history.shows(ANA, 7, 'one'));
  history.judge.says({
    text: 'x',
    by: 'Dan',
    life: 'Dan.1',
    n: 9,
    place: 'r',
    kind: 'durable',
  });
  history.shows(ANA, 9, 'x');
  breaks(t, /shown as 9, and to Bea as 8/, () => history.shows(BEA, 8, 'x'));
  breaks(t, /shown as 9, and its author told 8/, () => history.judge.sent('x', 8));
});

test('what has no end, or two, is found, unless its author is dead or it was refused', (t) => {
  const judge = new ChatJudge({ isSteady: true, isKept: true });
  judge.owes('durable', 'r', 'Bea');
  const speech = { by: 'Dan', life: 'Dan.1', place: 'r', kind: 'durable' } as const;
  judge.says({ ...speech, text: 'one', n: 1 });
  breaks(t, /one has no end/, () => judge.finish());
  judge.died('Dan.1');
  t.notThrows(() => judge.finish());
  judge.says({ ...speech, text: 'two', n: 2 });
  judge.sent('two', 2);
  judge.ended('two', 'NOT_DONE');
  t.notThrows(() => judge.finish());
  breaks(t, /ended NOT_DONE, and then delivered/, () => judge.ended('two', 'delivered'));
  judge.says({ ...speech, text: 'three', n: 3 });
  judge.sent('three', 3);
  judge.died('Dan.1');
  t.notThrows(() => judge.finish());
  judge.owes('durable', 'r', 'Ana');
  judge.says({ ...speech, text: 'four', n: 4 });
  judge.sent('four', 4);
  judge.died('Dan.1');
  judge.shown(ANA, 'durable', 'r', 4, 'four');
  breaks(t, /four was not shown to Bea/, () => judge.finish());
});

test('another life of a person may be shown something again, but not what the broker knows it has', (t) => {
  const history = new History('durable').goesWell();
  const later = { person: 'Ana', life: 'Ana.2' };
  t.notThrows(() => history.shows(later, 1, 'one'));
  history.judge.settle();
  breaks(t, /though the broker knows/, () => history.shows(later, 2, 'two'));
});

test('only what memory alone had is lost with the broker', (t) => {
  for (const [kind, isKept] of [
    ['transient', true],
    ['durable', false],
  ] as const) {
    const { judge } = new History(kind, true, isKept);
    judge.brokerDied();
    t.notThrows(() => judge.finish());
  }
  const { judge } = new History('durable');
  judge.brokerDied();
  breaks(t, /one was not shown/, () => judge.finish());
});

test('who was told that something is missing, or has left, is owed nothing more in a transient room', (t) => {
  const { judge } = new History('transient');
  judge.missed('transient', 'r', 'Ana');
  judge.owesNoMore('transient', 'r', 'Bea');
  t.notThrows(() => judge.finish());
  breaks(t, /not kept any more/, () => new History('durable').judge.missed('durable', 'r', 'Ana'));
});

test('in a queue room each is given to exactly one', (t) => {
  const history = new History('queue');
  history.shows(ANA, 1, 'one');
  breaks(t, /two was given to nobody/, () => history.judge.finish());
  history.shows(BEA, 2, 'two');
  t.notThrows(() => history.judge.finish());
  breaks(t, /given to Ana and Bea/, () => history.shows(BEA, 3, 'one'));
  const restless = new History('queue', false);
  restless.shows(ANA, 1, 'one');
  t.notThrows(() => restless.shows(BEA, 1, 'one'));
});

test('in a queue room the takers are given as much, within one', (t) => {
  const history = new History('queue');
  const takers = [ANA, BEA, CID].map(({ person }) => person);
  history.shows(ANA, 1, 'one');
  t.notThrows(() => history.judge.evenly('r', takers));
  history.shows(ANA, 2, 'two');
  breaks(t, /are given 2, 0, 0/, () => history.judge.evenly('r', takers));
});

test('a worker replies to what was said, in the same place', (t) => {
  const history = new History('durable').goesWell();
  history.judge.replies('re one', 'one', 'durable', 'r');
  t.notThrows(() => history.shows(ANA, 3, 're one'));
  const { judge } = history;
  breaks(t, /elsewhere/, () => judge.replies('re two', 'two', 'durable', 'other'));
  breaks(t, /nobody said/, () => judge.replies('re x', 'x', 'durable', 'r'));
});
