/** The page at /chat by keyboard, on a narrow screen, and as axe sees it. */

import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { ChatSite, say } from '../support/chat-site.ts';
import { browsing } from '../support/in-browser.ts';

const { inBrowser, here } = browsing(ChatSite.start);

inBrowser('all of it can be done with the keyboard, and one sees where one is', async (t) => {
  const page = await here.site.open('Kay', 'keys');
  const { keyboard } = page;
  await keyboard.type('Kay');
  await keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'keys' }).waitFor();
  t.is(await focused(page), 'say', 'one can type at once');
  const bea = await here.site.enter('Bea', 'keys');
  await keyboard.type('hello');
  await keyboard.press('Enter');
  await bea.getByText('hello').waitFor();
  await keyboard.press('ArrowUp');
  t.is(await page.locator('#say').inputValue(), 'hello');
  await keyboard.press('Control+A');
  await keyboard.press('Delete');
  const reached = new Set<string>();
  for (const key of [...Array(2).fill('Tab'), ...Array(14).fill('Shift+Tab')]) {
    if (reached.has('Skip to the message field')) break;
    await keyboard.press(key);
    reached.add(await focused(page));
    t.true(
      await page.evaluate(
        "document.activeElement === document.body || getComputedStyle(document.activeElement).outlineStyle !== 'none'",
      ),
    );
  }
  for (const one of [
    'quit',
    'join-room',
    'join-kind',
    'Join',
    'Leave',
    'log',
    'say',
    'Send',
    'Bea',
  ]) {
    t.true(reached.has(one), `${one} in ${[...reached].join(', ')}`);
  }
  await page.locator('#people-list button').focus();
  await keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Bea' }).waitFor();
  await keyboard.type('psst');
  await keyboard.press('Enter');
  await bea.locator('#private').getByText('1 new').waitFor();
});

inBrowser(
  'at 375 pixels nothing is cut off, and rooms and people come when they are asked for',
  async (t) => {
    const options = { viewport: { width: 375, height: 700 }, hasTouch: true };
    const page = await here.site.enter('Slim', 'narrow', options);
    const bea = await here.site.enter('Bea', 'narrow');
    await say(
      bea,
      `a-word-that-does-not-end-${'x'.repeat(300)} https://example.org/${'y'.repeat(200)}`,
    );
    await page.locator('.log a').waitFor();
    const fits = async () =>
      (await page.evaluate('document.documentElement.scrollWidth')) as number;
    t.is(await fits(), 375);
    await page.getByRole('button', { name: 'Rooms' }).click();
    await page.getByLabel('Name of the room').waitFor();
    t.is(await fits(), 375);
    await page.keyboard.press('Escape');
    t.is(await focused(page), 'open-rooms');
    await page.getByRole('button', { name: 'People' }).click();
    await page.getByRole('button', { name: 'Write to Bea in private' }).click();
    await page.getByRole('heading', { level: 1, name: 'Bea' }).waitFor();
    t.is(await fits(), 375);
  },
);

for (const colorScheme of ['light', 'dark'] as const) {
  inBrowser(`the ${colorScheme} page has no serious fault that axe can find`, async (t) => {
    const page = await here.site.open('Ana', `axe-${colorScheme}`, { colorScheme });
    t.deepEqual(await faults(page), []);
    await page.getByLabel('Nick').fill('Ana');
    await page.keyboard.press('Enter');
    const bea = await here.site.enter('Bea', `axe-${colorScheme}`);
    await say(bea, '@Ana look: https://example.org');
    await say(page, 'I see');
    await say(page, '/help');
    await page.locator('.note.help').waitFor();
    t.deepEqual(await faults(page), []);
    await page.setViewportSize({ width: 375, height: 700 });
    await page.getByRole('button', { name: 'Rooms' }).click();
    t.deepEqual(await faults(page), []);
  });
}

/** The id of what has the focus, or what it says. */
async function focused(page: Page): Promise<string> {
  const look =
    '[document.activeElement.id, document.activeElement.className, document.activeElement.textContent]';
  const [id, name, text] = (await page.evaluate(look)) as [string, string, string];
  return id || (name === 'log' ? name : text);
}

async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = (await page.evaluate('axe.run()')) as {
    violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
}
