/** What a store keeps, for how long and for whom. */

import test from 'ava';
import { until } from './support/poll.ts';
import { freshPlace, sqlite } from './support/store/engine.ts';
import { BODY, ownerOf, submit } from './support/store/owner.ts';

for (const engine of [sqlite]) {
  test(`${engine.name}: jobs that are done are forgotten after their time, dead letters are not`, async (t) => {
    const owner = ownerOf(t, engine, freshPlace(t), {
      keepAnswersMs: 60_000,
      keepAnswersBytes: 1e9,
    });
    await owner.open();
    submit(owner, 1, 4);
    const now = Date.now();
    owner.store.journal.ended(1, 0, 1, now - 61_000, BODY, 0, 3);
    owner.store.journal.ended(2, 2, 1, now - 61_000, BODY, 0, 3);
    owner.store.journal.ended(3, 0, 1, now - 40_000, BODY, 0, 3);
    await owner.commit();
    await until('the job is forgotten', async () => (await owner.store.find('job-1')) === null);
    t.is((await owner.store.find('job-2'))?.state, 'dead');
    t.is((await owner.store.find('job-3'))?.state, 'done');
    t.is((await owner.store.find('größe-4'))?.state, 'waiting');
    await owner.store.close();
  });

  test(`${engine.name}: of too many bytes of answers the oldest are forgotten`, async (t) => {
    const place = freshPlace(t);
    const owner = ownerOf(t, engine, place, { keepAnswersMs: 1e9, keepAnswersBytes: 100_000 });
    await owner.open();
    submit(owner, 1, 101);
    const began = Date.now();
    const answer = new Uint8Array(10_000);
    for (let number = 1; number <= 101; number += 2)
      owner.store.journal.ended(number, 0, 1, began + 10 * number, answer, 0, answer.length);
    await owner.commit();
    await until(
      'the oldest are forgotten',
      async () => (await owner.store.find('job-81')) === null,
    );
    t.not(await owner.store.find('job-101'), null);
    t.not(await owner.store.find('job-87'), null);
    const forgottenTo = owner.forgottenTo;
    t.true(forgottenTo >= began + 810 && forgottenTo < began + 870);
    await owner.store.close();
    const next = ownerOf(t, engine, place);
    t.is((await next.open()).opened.forgottenTo, forgottenTo);
    await next.store.close();
  });

  test(`${engine.name}: a second owner is refused, and has the store when the first has let go of it`, async (t) => {
    const place = freshPlace(t);
    const [first, second] = [ownerOf(t, engine, place), ownerOf(t, engine, place)];
    await first.open();
    await t.throwsAsync(second.open(), { code: 'DATA_IN_USE' });
    await first.store.close();
    await second.open();
    await second.store.close();
  });
}
