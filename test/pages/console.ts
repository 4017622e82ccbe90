/** The console at / in a real browser, against a real broker and workers that are killed before one's eyes. */

import { rmSync } from 'node:fs';
import type { JobPage } from '../../src/view/jobs.ts';
import { ConsoleSite, unlock } from '../support/console-site.ts';
import { browsing } from '../support/in-browser.ts';
import { until } from '../support/poll.ts';

const { inBrowser, here } = browsing(ConsoleSite.start);
const FOREVER = { wait: 600_000 };

inBrowser('where nothing has come yet, each screen says so and what to do', async (t) => {
  const page = await here.site.open('#/');
  await page.getByText('No worker is connected. Start one: npx worker').waitFor();
  await page.getByText('Nothing has happened yet').waitFor();
  for (const [screen, text] of [
    ['jobs', 'No job is open or kept.'],
    ['dead', 'There are no dead letters.'],
    ['types', 'No type is known yet'],
    ['workers', 'No worker is connected.'],
    ['jobs/nobody-knows-it', 'The broker remembers no job of that id'],
    ['workers/nobody', 'It is not there any more.'],
  ] as const) {
    await page.goto(`${page.url().split('#', 1)}#/${screen}`);
    await page.locator('main').getByText(text).first().waitFor();
  }
  t.pass();
});

inBrowser(
  'a killed worker is seen dead within a second, and its job moves to another',
  async (t) => {
    const { site } = here;
    const workers = {
      w1: await site.worker('w1', 'kill'),
      w2: await site.worker('w2', 'kill'),
    };
    const page = await site.open('#/');
    await page.locator('.worker[data-state="alive"]').nth(1).waitFor();
    void site.call('kill', { job: 'k', ...FOREVER });
    const name = (await site.busy('kill')) as keyof typeof workers;
    const other = name === 'w1' ? 'w2' : 'w1';
    const ghost = page.locator('.worker[data-state="gone"]', { hasText: name });
    const at = performance.now();
    workers[name].kill('SIGKILL');
    await ghost.waitFor();
    const ms = performance.now() - at;
    t.log(`seen dead ${Math.round(ms)} ms after it was killed`);
    t.true(ms < 1000);
    await page.locator('.moved[data-job]').waitFor({ state: 'attached' });
    await page.getByText(`moved from ${name} to ${other}: the worker was gone`).waitFor();
    await page.locator('#health').getByText(`Worker ${name} is gone`).waitFor();
  },
);

inBrowser('a worker that blocks is seen stalled, one that is frozen is seen gone', async (t) => {
  const { site } = here;
  await site.worker('blocks', 'block');
  const frozen = await site.worker('frozen', 'freeze');
  const page = await site.open('#/');
  await page.locator('.worker[data-state="alive"]').nth(1).waitFor();
  const blocked = site.call('block', { job: 'b', block: 4000 });
  frozen.kill('SIGSTOP');
  await page.locator('.worker[data-state="gone"]', { hasText: 'frozen' }).waitFor();
  await page.locator('.worker[data-state="stalled"]', { hasText: 'blocks' }).waitFor();
  await page
    .locator('#health[data-level="warning"]')
    .getByText('Worker blocks is stalled')
    .waitFor();
  await page.locator('.worker[data-state="alive"]', { hasText: 'blocks' }).waitFor();
  t.regex(await blocked, /^b by /);
});

inBrowser(
  'a dead letter is tried again from the page: with the token, after a confirmation, and is answered',
  async (t) => {
    const { site } = here;
    await site.worker('w', 'broken', 'broken');
    const fault = site.fault('fault');
    for (const id of ['letter-1', 'letter-2', 'letter-3'])
      await site.client.submit('broken', fault, { id, attemptsMax: 1 });
    const page = await site.open('#/dead');
    await page
      .getByRole('row', { name: /letter-3/ })
      .getByText(`broken by ${fault}`)
      .waitFor();
    rmSync(fault);
    await page.getByLabel('Choose letter-1').check();
    await page.getByLabel('Choose letter-2').check();
    await page.getByRole('button', { name: 'Retry 2' }).click();
    await page.getByLabel('Admin token').fill('not-the-token-of-this-broker');
    await page.keyboard.press('Enter');
    await page.getByText('Not unlocked: the admin token is not that of this broker').waitFor();
    await page.getByLabel('Admin token').fill(site.token);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('They wait for a worker again').waitFor();
    await page.getByRole('button', { name: 'Retry 2 dead letters' }).click();
    await page.getByText('2 dead letters tried again.').waitFor();
    await page.getByRole('row', { name: /letter-1/ }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Drop all 1' }).click();
    await page.keyboard.press('Escape');
    t.is((await site.get<JobPage>('/api/dead')).jobs.length, 1, 'Escape leaves it');
    await page.getByRole('button', { name: 'Drop all 1' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Drop all 1 dead letter' }).click();
    await page.getByText('1 dead letter dropped.').waitFor();
    await page.getByText('There are no dead letters.').waitFor();
    await page.keyboard.press('/');
    await page.locator('#job-id:focus').waitFor();
    await page.keyboard.type('letter-1');
    await page.keyboard.press('Enter');
    await page.locator('.life').getByText('Answered').waitFor();
    await page.getByRole('region', { name: 'Answer' }).getByText('mended').waitFor();
  },
);

inBrowser(
  'whoever types a filter and goes straight for the button never drops more than that',
  async (t) => {
    const { site } = here;
    await site.worker('w', 'broken', 'broken', '--type=fails');
    const fault = site.fault('filter');
    for (const [id, type] of [
      ['one-1', 'broken'],
      ['other-1', 'fails'],
    ] as const)
      await site.client.submit(type, fault, { id, attemptsMax: 1 });
    const page = await site.open('#/');
    await unlock(page, site.token);
    await page.getByRole('link', { name: 'Dead letters' }).first().click();
    const button = page.getByRole('button', { name: /^Drop all/ });
    await page.getByRole('button', { name: 'Drop all 2' }).waitFor();
    const { x, y } = (await button.boundingBox())!;
    await page.getByLabel('Type').fill('broken');
    await page.mouse.click(x + 5, y + 5);
    await page.getByRole('row', { name: /other-1/ }).waitFor({ state: 'detached' });
    const asked = page.getByRole('dialog').getByRole('heading');
    for (const text of await asked.allInnerTexts()) t.regex(text, /of type broken$/);
    if ((await asked.count()) === 0) await button.click();
    await asked.getByText('Drop all 1 dead letter of type broken').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Drop all 1' }).click();
    await page.getByText('1 dead letter dropped.').waitFor();
    t.deepEqual(
      (await site.get<JobPage>('/api/dead')).jobs.map(({ id }) => id),
      ['other-1'],
    );
  },
);

inBrowser('a type that is paused keeps its jobs until it goes on again', async (t) => {
  const { site } = here;
  await site.worker('w', 'pausing');
  const page = await site.open('#/types');
  await unlock(page, site.token);
  const row = page.getByRole('row', { name: /pausing/ });
  await row.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('dialog').getByText('none is dispatched until').waitFor();
  await page.getByRole('button', { name: 'Pause pausing', exact: true }).click();
  await row.getByText('paused').waitFor();
  const calls = [1, 2, 3].map((job) => site.call('pausing', { job: `p${job}` }));
  await page.locator('#health').getByText('Type pausing is paused, 3 jobs wait').waitFor();
  await row.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('button', { name: 'Resume pausing', exact: true }).click();
  await row.getByText('open').waitFor();
  t.is((await Promise.all(calls)).length, 3);
});

inBrowser('a worker that is drained from the page finishes its job and leaves', async (t) => {
  const { site } = here;
  const worker = await site.worker('leaver', 'draining');
  const page = await site.open('#/workers');
  await unlock(page, site.token);
  await page.getByRole('link', { name: 'leaver' }).click();
  await page.getByRole('heading', { name: 'Jobs at it: 0' }).waitFor();
  const call = site.call('draining', { job: 'd', wait: 2500 });
  await page.getByRole('heading', { name: 'Jobs at it: 1' }).waitFor();
  await page.getByRole('button', { name: 'Drain this worker' }).click();
  await page.getByRole('button', { name: 'Drain 1 worker' }).click();
  await page.getByText('Worker leaver was told to finish and leave.').waitFor();
  await page.getByText('It is not there any more.').waitFor();
  t.regex(await call, /^d by /);
  t.is((await worker.ended).code, 0);
});

inBrowser('the page of a job tells its life, why it went there, and what it holds', async (t) => {
  const { site } = here;
  await site.worker('w', 'life');
  const body = { job: 'told', fail: 1, wait: 1 };
  await site.client.submit('life', body, {
    id: 'life-1',
    attemptsMax: 3,
    backoff: { kind: 'fixed', ms: 10 },
  });
  const page = await site.open('#/jobs?type=life');
  await page.getByRole('link', { name: 'life-1' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Job life-1' }).waitFor();
  await page.locator('.life').getByText('Answered').waitFor();
  const told = await page.locator('.life li').allTextContents();
  t.regex(told[0]!, /Submitted, type life, level disk/);
  t.true(told.some((line) => /Attempt 1 at w was given up: the handler failed/.test(line)));
  t.true(told.some((line) => /failed in 1/.test(line)));
  await page.getByText(/^Attempt 2 went to w at .* of its capacity ahead of it/).waitFor();
  const text = page.getByRole('region', { name: 'Answer' }).locator('pre');
  t.regex((await text.textContent())!, /^told by \d+ in 2$/);
  await page.getByRole('region', { name: 'Answer' }).getByRole('button', { name: 'hex' }).click();
  t.regex((await text.textContent())!, /^000000 {2}74 6f 6c 64/);
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor();
  t.is(await page.getByLabel('Type').inputValue(), 'life');
  await page.getByLabel('State').selectOption('dead');
  await page.getByText('No job fits.').waitFor();
  await page.reload();
  await page.getByText('No job fits.').waitFor();
  t.true(page.url().endsWith('#/jobs?state=dead&type=life'));
});

inBrowser(
  'when the broker is killed the page says since when, and shows the new one by itself',
  async (t) => {
    const { site } = here;
    await site.worker('stays', 'restart');
    const page = await site.open('#/');
    await page.locator('.worker[data-state="alive"]', { hasText: 'stays' }).waitFor();
    await site.kill();
    await page.getByText(/The broker does not answer since \d\d:\d\d:\d\d; trying again/).waitFor();
    t.is(await page.locator('body').getAttribute('data-link'), 'lost');
    await site.revive();
    await page.locator('body[data-link="alive"]').waitFor();
    await page.locator('.worker[data-state="alive"]', { hasText: 'stays' }).waitFor();
    t.regex(await site.call('restart', { job: 'r' }), /^r by /);
    await page.getByText('All is well', { exact: true }).waitFor();
  },
);

inBrowser(
  'a page that nobody sees holds no connection, and shows what is when it is seen again',
  async (t) => {
    const { site } = here;
    const page = await site.open('#/');
    await until('it listens', async () => (await streams(site)) === 1);
    await page.evaluate(turned(true));
    await until('it listens no more', async () => (await streams(site)) === 0);
    await site.worker('meanwhile', 'hidden');
    t.is(await page.locator('.worker').count(), 0);
    await page.evaluate(turned(false));
    await page.locator('.worker[data-state="alive"]', { hasText: 'meanwhile' }).waitFor();
    t.is(await streams(site), 1);
  },
);

inBrowser('a broker that is frozen is known to be within five seconds', async (t) => {
  const { site } = here;
  const page = await site.open('#/');
  site.broker.kill('SIGSTOP');
  const at = performance.now();
  try {
    await page.getByText('The broker does not answer').waitFor();
    t.log(`known after ${Math.round(performance.now() - at)} ms`);
    t.true(performance.now() - at < 5000);
  } finally {
    site.broker.kill('SIGCONT');
  }
  await page.locator('body[data-link="alive"]').waitFor();
});

/** What a browser does when another tab is turned to, or this one again. */
function turned(isHidden: boolean): string {
  return `Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));`;
}

async function streams(site: ConsoleSite): Promise<number> {
  return Number(/^latido_http_consoles (\d+)$/m.exec(await site.text('/metrics'))?.[1]);
}
