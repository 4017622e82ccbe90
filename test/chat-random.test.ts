/** Whatever happens to brokers, stores, workers and connections, in whatever order. */

import test from 'ava';
import fc from 'fast-check';
import { Story } from './support/chat/story.ts';

const RUNS = Number(process.env.LATIDO_CHAT_SEEDS ?? 100);
/** Another one finds other stories; what it finds is found again with it. */
const SEED = Number(process.env.LATIDO_CHAT_STORIES ?? 1);
/** What can happen, and as many times over again that somebody says something. */
const steps = fc.array(fc.tuple(fc.nat(19), fc.nat(50)), {
  minLength: 20,
  maxLength: 120,
  size: 'max',
});

test('whatever fails, what is said in rooms that are kept is shown once and in order, and its author hears of it', (t) => {
  const claim = () =>
    fc.assert(
      fc.property(steps, (all) => {
        const story = new Story();
        for (const [what, who] of all) story.step(what, who);
        story.end();
        const wrong = story.verdict();
        if (wrong !== null) throw new Error(wrong);
      }),
      { numRuns: RUNS, seed: SEED },
    );
  t.notThrows(claim);
});
