/** The console by keyboard, on a narrow screen, with hostile names, with a thousand workers, and as axe sees it. */

import type { Page } from 'playwright-core';
import { Crowd } from '../support/console-crowd.ts';
import { ConsoleSite, faults, unlock } from '../support/console-site.ts';
import { browsing } from '../support/in-browser.ts';
import { until } from '../support/poll.ts';

const { inBrowser, here } = browsing(ConsoleSite.start);
const WORKERS = 1000;
const HELD_UP_MS_MAX = 200;

inBrowser('all of it can be done with the keyboard, and one sees where one is', async (t) => {
  const { site } = here;
  await site.worker('w', 'keys', 'broken');
  await site.client.submit('keys', site.fault('keys'), { id: 'key-1', attemptsMax: 1 });
  const page = await site.open('#/');
  const { keyboard } = page;
  const reached: string[] = [];
  for (let i = 0; i < 14; i++) {
    await keyboard.press('Tab');
    const [name, outlined] = (await page.evaluate(FOCUS)) as [string, boolean];
    reached.push(name);
    t.true(outlined, `one sees that ${name} has the focus`);
  }
  for (const one of ['Skip to the content', 'Overview', 'Workers', 'Unlock changes', 'keys', 'w'])
    t.true(
      reached.some((name) => name.includes(one)),
      `${one} in ${reached.join(', ')}`,
    );
  await page.getByRole('link', { name: 'Types' }).focus();
  await keyboard.press('Enter');
  await page.getByRole('button', { name: 'Pause type keys' }).focus();
  await keyboard.press('Enter');
  await keyboard.type(site.token);
  await keyboard.press('Enter');
  await page.getByRole('dialog').getByText('none is dispatched until').waitFor();
  await keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  t.is(await page.evaluate('document.activeElement.textContent'), 'Pause', 'the focus is back');
  await keyboard.press('Enter');
  await keyboard.press('Enter');
  await page.getByText('Type keys is paused.').waitFor();
});

inBrowser(
  'what can be done in a table is seen without scrolling sideways, at any width',
  async (t) => {
    const { site } = here;
    const name = 'name-of-a-worker';
    await site.worker(name, 'type-with-a-name', 'work');
    await site.client.submit('type-with-a-name', { job: 'w' });
    const page = await site.open('#/');
    for (const screen of ['types', 'workers', 'jobs']) {
      await look(page, screen);
      await page.locator('td', { hasText: 'name' }).first().waitFor();
      for (const width of [320, 375, 600, 768, 900, 1024, 1280, 1440]) {
        await page.setViewportSize({ width, height: 800 });
        const hidden = () =>
          page.evaluate(`[...document.querySelectorAll('.scroll')]
        .map((each) => each.scrollWidth - each.clientWidth).filter((width) => width > 0)`);
        t.deepEqual(await hidden(), [], `${screen} at ${width}`);
      }
    }
    await page.setViewportSize({ width: 375, height: 800 });
    await look(page, 'workers');
    const lines = await page.evaluate(`[...document.querySelectorAll('td.number')].map((cell) => {
    const range = document.createRange();
    range.selectNodeContents(cell);
    return range.getClientRects().length;
  })`);
    t.true(
      (lines as number[]).every((count) => count === 1),
      'no figure is broken in two',
    );
  },
);

inBrowser('names that look like markup are text, and long ones are cut', async (t) => {
  const { site } = here;
  const hostile = '<img src=x onerror=document.title=1>';
  const long = `long-${'x'.repeat(59)}`;
  await site.worker(hostile, hostile, 'work');
  await site.worker(long, long, 'work');
  await site.client.submit(hostile, { job: hostile }, { id: '<b>id</b>"\'&' });
  for (const width of [1280, 375]) {
    const page = await site.open('#/', { viewport: { width, height: 800 } });
    for (const screen of [
      '',
      'jobs',
      'dead',
      'types',
      'workers',
      `jobs/${encodeURIComponent('<b>id</b>"\'&')}`,
    ]) {
      await page.goto(`${page.url().split('#', 1)}#/${screen}`);
      await page.locator('main h1').waitFor({ state: 'attached' });
      t.is(await page.locator('main img, main b, #health img, #health b').count(), 0);
      t.is(await page.evaluate('document.documentElement.scrollWidth'), width, screen);
    }
    t.not(await page.title(), '1');
  }
});

for (const colorScheme of ['light', 'dark'] as const) {
  inBrowser(
    `axe finds no serious fault on any ${colorScheme} screen, however narrow`,
    async (t) => {
      const { site } = here;
      await site.worker('w', 'broken', 'broken');
      const id = `axe-${colorScheme}`;
      await site.client.submit('broken', site.fault('axe'), { id, attemptsMax: 1 });
      await site.client.submit('nobody', '{"waits":true}', { id: `${id}-waits` });
      const page = await site.open('#/', { colorScheme });
      await unlock(page, site.token);
      const { workers } = await site.status();
      const screens = ['', 'jobs', `jobs/${id}-waits`, 'dead', 'types', 'workers'];
      for (const screen of [...screens, `workers/${workers[0]!.key}`]) {
        await look(page, screen);
        t.deepEqual(await faults(page), [], screen);
      }
      await page.setViewportSize({ width: 375, height: 700 });
      for (const screen of ['', 'dead', 'types']) {
        await look(page, screen);
        const width = () => page.evaluate('document.documentElement.scrollWidth');
        await until('it is as narrow as the window', async () => (await width()) === 375);
        t.deepEqual(await faults(page), [], `${screen} narrow`);
      }
      await page.getByRole('button', { name: 'Pause type broken' }).click();
      await page.getByRole('dialog').waitFor();
      t.deepEqual(await faults(page), [], 'dialog');
      await page.getByRole('button', { name: 'Leave it' }).click();
      await look(page, `jobs/${id}-waits`);
      await page.getByRole('button', { name: 'Cancel this job' }).click();
      await page.getByRole('button', { name: 'Cancel 1 job' }).click();
      await page.locator('.life').getByText('Cancelled').waitFor();
    },
  );
}

inBrowser(
  'a thousand workers that all change twice a second, and 10,000 waiting jobs, do not hold the page up',
  async (t) => {
    const crowd = await new Crowd(WORKERS).start();
    try {
      const page = await here.site.browser.newPage();
      page.on('pageerror', (error) => here.site.errors.push(String(error)));
      await page.goto(crowd.url);
      await page.locator('.cell').nth(900).waitFor();
      await page.locator('.cell[data-state="gone"]').first().waitFor();
      await page.evaluate(WATCH);
      const slowest: number[] = [];
      for (const screen of ['Workers', 'Types', 'Jobs', 'Overview']) {
        slowest.push((await page.evaluate(`(${click})(${JSON.stringify(screen)})`)) as number);
        await page.locator(`nav a[aria-current]`, { hasText: screen }).waitFor();
        await page.evaluate('new Promise((done) => setTimeout(done, 600))');
      }
      const longest = (await page.evaluate('Math.max(0, ...window.longTasks)')) as number;
      t.log(`longest task ${longest} ms, slowest turn of a screen ${Math.max(...slowest)} ms`);
      t.true(longest < HELD_UP_MS_MAX);
      t.true(Math.max(...slowest) < HELD_UP_MS_MAX);
    } finally {
      await crowd.close();
    }
  },
);

/** The name of what has the focus, and whether that is seen. */
const FOCUS = `(() => {
  const it = document.activeElement;
  const shape = it.querySelector('.body, .box');
  const seen = shape ? getComputedStyle(shape).strokeWidth === '3px' : getComputedStyle(it).outlineStyle !== 'none';
  return [it.getAttribute('aria-label') ?? (it.textContent || it.id), seen || it === document.body];
})()`;

const WATCH = `(() => {
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longTasks.push(Math.round(duration));
  }).observe({ type: 'longtask' });
})()`;

/** From the click to the frame that shows what it led to. */
const click = `(name) => new Promise((done) => {
  const link = [...document.querySelectorAll('nav a')].find((each) => each.textContent.includes(name));
  const at = performance.now();
  link.click();
  requestAnimationFrame(() => setTimeout(() => done(Math.round(performance.now() - at))));
})`;

async function look(page: Page, screen: string): Promise<void> {
  await page.goto(`${page.url().split('#', 1)}#/${screen}`);
  await page.locator('main h1').waitFor({ state: 'attached' });
  if (screen === '') await page.locator('.plot canvas').nth(3).waitFor();
  else if (!screen.includes('/')) await page.locator('main td').first().waitFor();
  else await page.locator('main .facts').waitFor();
}
