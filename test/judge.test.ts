/** A judge that lets bad histories pass proves nothing: here are some. */

import test, { type ExecutionContext } from 'ava';
import { type GivenUpFor, Judge, Verdict } from './support/judge.ts';
import { KeptJudge } from './support/kept-judge.ts';
import { type KeptOutcome, keptWrongs } from './support/kept-record.ts';
import type { Note } from './support/record.ts';

const MAY_START_AGAIN: readonly GivenUpFor[] = [
  'answer-timeout',
  'worker-gone',
  'broker-gone',
  'client-gone',
  'failed',
];

/** A judge of job j, whose attempt 1 has started. */
function started(): Judge {
  const judge = new Judge();
  judge.dispatched('j', '1');
  judge.started('j', '1');
  return judge;
}

function breaks(t: ExecutionContext, what: RegExp, history: () => void): void {
  t.regex(t.throws(history, { instanceOf: Verdict })!.message, what);
}

test('a job that is dispatched, started and answered breaks nothing, however often it is told', (t) => {
  const judge = started();
  judge.spoke('1');
  t.notThrows(() => judge.told('j', { status: 'OK', body: 'b', attempt: '1' }));
  t.notThrows(() => judge.told('j', { status: 'OK', body: 'b', attempt: '1' }));
});

for (const cause of MAY_START_AGAIN) {
  test(`a job may start again after ${cause}`, (t) => {
    const judge = started();
    judge.gaveUp('1', cause);
    judge.dispatched('j', '2');
    t.notThrows(() => judge.started('j', '2'));
  });
}

test('two attempts at a time are one too many', (t) => {
  const judge = started();
  breaks(t, /under way/, () => judge.dispatched('j', '2'));
});

test('an attempt is not taken up beside another', (t) => {
  const judge = started();
  judge.gaveUp('1', 'worker-gone');
  judge.dispatched('j', '2');
  breaks(t, /under way/, () => judge.tookUp('1'));
});

test('an attempt starts once', (t) => {
  const judge = started();
  breaks(t, /started twice/, () => judge.started('j', '1'));
});

test('what was handed back or never arrived cannot have started, nor start', (t) => {
  const judge = started();
  breaks(t, /though it had started/, () => judge.gaveUp('1', 'handed-back'));
  judge.dispatched('k', '2');
  judge.gaveUp('2', 'undelivered');
  breaks(t, /which was undelivered/, () => judge.started('k', '2'));
});

test('what left in vain may start, and is no cause for anything', (t) => {
  const judge = new Judge();
  judge.dispatchedInVain('j', '1');
  judge.dispatched('j', '2');
  judge.started('j', '2');
  t.notThrows(() => judge.started('j', '1'));
});

test('an answer that came after its attempt had been given up must not reach a client', (t) => {
  const judge = started();
  judge.gaveUp('1', 'answer-timeout');
  judge.spoke('1');
  breaks(t, /given up/, () => judge.told('j', { status: 'OK', body: 'b', attempt: '1' }));
});

test('an answer that came before its attempt was given up may, and so may one that was taken up again', (t) => {
  const early = started();
  early.spoke('1');
  early.gaveUp('1', 'worker-gone');
  t.notThrows(() => early.told('j', { status: 'OK', body: 'b', attempt: '1' }));
  const again = started();
  again.gaveUp('1', 'worker-gone');
  again.tookUp('1');
  again.spoke('1');
  t.notThrows(() => again.told('j', { status: 'OK', body: 'b', attempt: '1' }));
});

test('an answer from an attempt that did not do the job is found', (t) => {
  const judge = started();
  judge.dispatched('k', '2');
  breaks(t, /did not do it/, () => judge.told('j', { status: 'OK', body: 'b', attempt: '2' }));
  breaks(t, /did not do it/, () => judge.told('k', { status: 'OK', body: 'b', attempt: '2' }));
  breaks(t, /nobody dispatched/, () => judge.told('j', { status: 'OK', body: 'b', attempt: '9' }));
});

test('two different answers are one too many, unless the broker has lost its memory', (t) => {
  const judge = new Judge();
  judge.told('j', { status: 'DEAD', body: '', attempt: null });
  breaks(t, /two answers/, () => judge.told('j', { status: 'CANCELLED', body: '', attempt: null }));
  judge.forgot('j');
  t.notThrows(() => judge.told('j', { status: 'EXPIRED', body: '', attempt: null }));
});

const TERMS = { key: 'k', attemptsMax: 2, notBefore: 100, deadline: 900 };
const OK = { status: 'OK', body: 'b' };
const START = { attempt: 1, number: 1, fence: 10, at: 500 };

const failed = (attempt: number, charged: number, notBefore = 0) => {
  return { attempt, cause: 'failed', charged, notBefore } as const;
};

/** A judge of kept job j, which is durable and was accepted, as is its first attempt. */
function stored(): KeptJudge {
  const judge = new KeptJudge();
  judge.asked('j', TERMS);
  judge.stored('j');
  judge.accepted('j');
  judge.storedAttempt('j', 1);
  return judge;
}

/** The same with a second job of its key, that came later. */
function inLine(): KeptJudge {
  const judge = stored();
  judge.asked('l', TERMS);
  judge.stored('l');
  judge.storedAttempt('l', 1);
  judge.dispatched('j', START);
  return judge;
}

test('a kept job that is stored before anything is said of it breaks nothing, however often it is told', (t) => {
  const judge = inLine();
  judge.started('j', 10, true);
  judge.storedEnd('j', OK);
  judge.confirmed('j', 1);
  judge.told('j', OK);
  judge.told('j', OK);
  judge.dispatched('l', { ...START, number: 2, fence: 11 });
  judge.storedEnd('l', OK);
  t.notThrows(() => judge.finish());
});

test('what is accepted, leaves, is answered, cancelled or confirmed before it is durable is found', (t) => {
  const judge = new KeptJudge();
  judge.asked('j', TERMS);
  breaks(t, /accepted before/, () => judge.accepted('j'));
  judge.stored('j');
  breaks(t, /leaves before/, () => judge.dispatched('j', START));
  breaks(t, /answered before/, () => judge.told('j', OK));
  breaks(t, /cancelled before/, () => judge.cancelled('j'));
  breaks(t, /confirmed before/, () => judge.confirmed('j', 1));
  judge.storedLoss('j', failed(1, 1));
  t.notThrows(() => judge.confirmed('j', 1));
});

test('a job that was accepted on the disk and comes to no end is found, and so is one that is unknown', (t) => {
  breaks(t, /has no end/, () => stored().finish());
  breaks(t, /durable, and unknown/, () => stored().unknown('j'));
});

test('a second end, and an answer that is not the end that is durable, are found', (t) => {
  const judge = stored();
  judge.storedEnd('j', OK);
  breaks(t, /two ends/, () => judge.storedEnd('j', { status: 'OK', body: 'c' }));
  breaks(t, /and is OK b/, () => judge.told('j', { status: 'OK', body: 'c' }));
  judge.told('j', OK);
  breaks(t, /two answers/, () => judge.told('j', { status: 'DEAD', body: '' }));
});

test('more attempts than may be charged, one that is not charged, and a death too soon are found', (t) => {
  const judge = stored();
  breaks(t, /charged with 0/, () => judge.storedLoss('j', failed(1, 0)));
  breaks(t, /dead after 0 of 2/, () => judge.storedEnd('j', { status: 'DEAD', body: '' }));
  judge.storedLoss('j', failed(1, 1));
  judge.storedLoss('j', failed(2, 2));
  judge.storedAttempt('j', 3);
  breaks(t, /2 attempts were charged/, () => judge.dispatched('j', { ...START, attempt: 3 }));
  breaks(t, /charged with 3 of 2/, () => judge.storedLoss('j', failed(3, 3)));
});

test('a dispatch before delay or backoff or after the deadline, and one after the end, are found', (t) => {
  const judge = stored();
  breaks(t, /too soon/, () => judge.dispatched('j', { ...START, at: 50 }));
  breaks(t, /after its deadline/, () => judge.dispatched('j', { ...START, at: 900 }));
  judge.storedLoss('j', failed(1, 1, 600));
  breaks(t, /too soon/, () => judge.dispatched('j', START));
  judge.storedEnd('j', OK);
  breaks(t, /after its end/, () => judge.dispatched('j', START));
});

test('two jobs of a key at a time, one out of order, and one that starts before the end of the other is durable are found', (t) => {
  const next = { ...START, number: 2, fence: 11 };
  breaks(t, /holds its key/, () => inLine().dispatched('l', next));
  const early = inLine();
  early.ended('j');
  breaks(t, /before the end of j is durable/, () => early.dispatched('l', next));
  const late = inLine();
  late.storedEnd('j', OK);
  breaks(t, /came later/, () => late.dispatched('l', { ...next, number: 0 }));
});

test('a fence that does not rise with each attempt of its key, and a start behind a younger one, are found', (t) => {
  const judge = inLine();
  judge.storedAttempt('j', 2);
  breaks(t, /has fence 10 after 10/, () => judge.dispatched('j', { ...START, attempt: 2 }));
  judge.started('j', 12, true);
  t.notThrows(() => judge.started('j', 11, false));
  breaks(t, /starts with fence 11 after 12/, () => judge.started('j', 11, true));
});

test('a job that was cancelled is not answered with anything else, nor one cancelled that was answered', (t) => {
  const judge = stored();
  judge.storedEnd('j', { status: 'CANCELLED', body: '' });
  judge.cancelled('j');
  breaks(t, /was cancelled|is CANCELLED/, () => judge.told('j', OK));
  const done = stored();
  done.storedEnd('j', OK);
  breaks(t, /cancelled after it was OK/, () => done.cancelled('j'));
});

test('what memory alone had may be lost with it, and what was promised besides may not', (t) => {
  const judge = new KeptJudge();
  judge.asked('j', TERMS);
  judge.told('j', OK);
  t.true(judge.forgot('j'));
  t.notThrows(() => judge.told('j', { status: 'OK', body: 'c' }));
  t.false(stored().forgot('j'));
});

/** What workers and clients wrote down of two jobs of a key. */
function written(): { notes: Note[]; outcomes: KeptOutcome[] } {
  const note = (what: Note['what'], job: string, fence: number, at: number): Note => {
    return { what, job, attempt: 1, fence, pid: 7, at };
  };
  const outcome = (job: string): KeptOutcome => {
    return {
      job,
      key: 'k',
      attemptsMax: 2,
      askedAt: 0,
      delayMs: 0,
      acceptedAt: 1,
      ends: ['b', 'b'],
    };
  };
  return {
    notes: [
      note('start', 'i', 1, 100),
      note('end', 'i', 1, 110),
      note('start', 'j', 2, 120),
      note('end', 'j', 2, 130),
    ],
    outcomes: [outcome('i'), outcome('j')],
  };
}

function wrongsAfter(change: (history: ReturnType<typeof written>) => void): string {
  const history = written();
  change(history);
  return keptWrongs(history.notes, history.outcomes, []).join('; ');
}

test('in what was written down, a loss, a second end, a start too soon or without a cause is found', (t) => {
  t.is(
    wrongsAfter(() => {}),
    '',
  );
  const change = (more: Partial<KeptOutcome>) =>
    wrongsAfter(({ outcomes }) => outcomes.push({ ...outcomes.pop()!, ...more }));
  t.regex(change({ ends: [] }), /j was accepted and has no end/);
  t.regex(change({ ends: ['b', 'c'] }), /j has two ends/);
  t.regex(change({ delayMs: 200 }), /j starts too soon/);
  const again = wrongsAfter(({ notes }) =>
    notes.push({ ...notes[2]!, attempt: 2, fence: 3, at: 140 }),
  );
  t.regex(again, /j ran again after attempt 1/);
});

test('in what was written down, two of a key at a time, one out of order and a fence that does not rise are found', (t) => {
  const change = (more: Partial<Note>) =>
    wrongsAfter(({ notes }) => notes.splice(2, 1, { ...notes[2]!, ...more }));
  t.regex(change({ at: 105 }), /j starts while i runs/);
  t.regex(change({ at: 90 }), /i starts behind j/);
  t.regex(change({ fence: 1 }), /j has no higher fence/);
});
