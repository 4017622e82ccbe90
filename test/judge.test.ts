/** A judge that lets bad histories pass proves nothing: here are some. */

import test, { type ExecutionContext } from 'ava';
import { type GivenUpFor, Judge, Verdict } from './support/judge.ts';

const MAY_START_AGAIN: readonly GivenUpFor[] = [
  'answer-timeout',
  'worker-gone',
  'broker-gone',
  'client-gone',
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
