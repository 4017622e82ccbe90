/** The page at /chat in a real browser, against a real broker and a worker of type chat. */

import { createRequire } from 'node:module';
import test, { type ExecutionContext } from 'ava';
import type { Locator, Page } from 'playwright-core';
import { browserPath, ChatSite, say, texts } from './support/chat-site.ts';
import { until } from './support/poll.ts';
import { run } from './support/programs.ts';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const executable = browserPath();
let site: ChatSite;

test.before(async () => {
  if (executable !== null) site = await ChatSite.start(executable);
});

test.after.always(async () => {
  await site?.close();
});

/** A test that says in one line that it was skipped where there is no browser. */
function inBrowser(title: string, body: (t: ExecutionContext) => Promise<void>): void {
  test.serial(title, async (t) => {
    t.timeout(90_000);
    if (executable === null) {
      t.log('skipped: there is no chromium');
      t.pass();
      return;
    }
    try {
      await body(t);
    } finally {
      await site.empty();
    }
    t.deepEqual(site.errors.splice(0), []);
  });
}

inBrowser(
  'two pages and a program talk in one room, and each message is shown with its state',
  async (t) => {
    const ana = await site.enter('Ana', 'hall');
    const bea = await site.enter('Bea', 'hall');
    await ana.getByText('Bea came').waitFor();
    await said(bea.locator('#people-list'), 'Ana');
    await say(ana, 'hello everybody');
    await bea.getByText('hello everybody').waitFor();
    await ana.locator('.own .state', { hasText: 'delivered' }).waitFor();
    await say(bea, '/me waves');
    await ana.locator('.act .text', { hasText: 'waves' }).waitFor();
    const here = ['--room=hall', `--broker=${site.frontend}`, `--key-file=${site.file('cy')}`];
    const { code } = await run('latido', ['chat', '--nick=Cy', ...here], 'from a program\n');
    t.is(code, 0);
    await ana.getByText('from a program').waitFor();
    await bea.getByText('Cy left').waitFor();
    t.deepEqual(await texts(bea), ['hello everybody', 'waves', 'from a program']);
  },
);

inBrowser('what looks like markup, a script or a command is text', async (t) => {
  const ana = await site.enter('Ana', 'markup');
  const bea = await site.enter('Bea', 'markup');
  const hostile =
    '<img src=x onerror="document.title=1"><script>document.title=2</script>&lt;b&gt;';
  const links = 'javascript:alert(1) https://example.org/?a=1&b="2" data:text/html,x';
  for (const text of [hostile, links, 'EXIT', '@Bea &amp; <mark>']) await say(ana, text);
  await until('all have come', async () => (await texts(bea)).length === 4);
  t.deepEqual(await texts(bea), [hostile, links, 'EXIT', '@Bea &amp; <mark>']);
  t.deepEqual(await texts(ana), await texts(bea));
  for (const page of [ana, bea]) {
    t.is(await page.locator('.log img, .log script, .log b').count(), 0);
    const found = await page
      .locator('.log a')
      .evaluateAll((all) =>
        all.map((a) => [a.getAttribute('href'), a.getAttribute('rel'), a.getAttribute('target')]),
      );
    t.deepEqual(found, [['https://example.org/?a=1&b=', 'noopener noreferrer', '_blank']]);
  }
  t.is(await bea.locator('.to-me mark').textContent(), '@Bea');
});

inBrowser(
  'a nick that somebody has is refused with a sentence, and another is taken',
  async (t) => {
    const ana = await site.enter('Ana', 'nicks');
    const other = await site.open('Dan', 'nicks');
    await other.getByLabel('Nick').fill('no spaces');
    await other.keyboard.press('Enter');
    await said(other.getByRole('alert'), 'A nick is 1 to 24');
    await other.getByLabel('Nick').fill('ana');
    await other.keyboard.press('Enter');
    await said(other.getByRole('alert'), 'choose another');
    await other.getByLabel('Nick').fill('Dan');
    await other.keyboard.press('Enter');
    await ana.getByText('Dan came').waitFor();
    await say(other, '/nick Dora');
    await ana.getByText('Dan is called Dora now').waitFor();
    t.is(await other.locator('#my-nick').textContent(), 'Dora');
  },
);

inBrowser('a private message waits for somebody who is away', async (t) => {
  const bea = await site.enter('Bea', 'post');
  await bea.getByRole('button', { name: 'Quit' }).click();
  await bea.getByLabel('Nick').waitFor();
  await bea.context().close();
  const ana = await site.enter('Ana', 'post');
  await say(ana, '/msg Bea one for you');
  await say(ana, 'and another');
  await ana.getByText('Bea is away: it is kept').nth(1).waitFor();
  t.deepEqual(await texts(ana), ['one for you', 'and another']);
  const back = await site.enter('Bea', 'post');
  await back.locator('#private').getByText('2 new').waitFor();
  await back.locator('#private').getByText('Ana').click();
  t.deepEqual(await texts(back), ['one for you', 'and another']);
});

inBrowser(
  'after a crash of the broker the page is back in its room by itself, and what was typed meanwhile is said once',
  async (t) => {
    const ana = await site.enter('Ana', 'storm');
    const bea = await site.enter('Bea', 'storm');
    await say(ana, 'before');
    await bea.getByText('before').waitFor();
    await site.kill();
    await ana.getByText('The broker cannot be reached').waitFor();
    await say(ana, 'meanwhile');
    await said(ana.locator('.own').last(), 'waiting');
    await site.revive();
    await ana.locator('.own', { hasText: 'meanwhile' }).getByText('delivered').waitFor();
    await ana.getByText('Back.').waitFor();
    await bea.getByText('meanwhile').waitFor();
    await say(bea, 'after');
    await ana.getByText('after', { exact: true }).waitFor();
    t.deepEqual(await texts(ana), ['before', 'meanwhile', 'after']);
    t.deepEqual(await texts(bea), ['before', 'meanwhile', 'after']);
  },
);

inBrowser('a page that is loaded again is the same person, and knows what was said', async (t) => {
  const ana = await site.enter('Ana', 'again');
  const bea = await site.enter('Bea', 'again');
  await say(ana, 'one');
  await say(bea, 'two');
  await ana.getByText('two', { exact: true }).waitFor();
  await ana.reload();
  await ana.getByRole('heading', { level: 1, name: 'again' }).waitFor();
  await say(ana, 'three');
  await bea.getByText('three').waitFor();
  t.deepEqual(await texts(ana), ['one', 'two', 'three']);
  t.deepEqual(await texts(bea), ['one', 'two', 'three']);
  t.is(await bea.getByText('Ana left').count(), 0);
});

inBrowser(
  'who reads older messages is not moved, and a button leads to the new ones',
  async (t) => {
    const ana = await site.enter('Ana', 'long');
    const bea = await site.enter('Bea', 'long');
    for (let i = 1; i <= 30; i++) await say(ana, `line ${i}`);
    await bea.getByText('line 30').waitFor();
    const log = bea.locator('.log:not([hidden])');
    const top = () => log.evaluate((element) => element.scrollTop);
    t.true((await top()) > 0, 'it follows what comes');
    await log.focus();
    await bea.keyboard.press('Home');
    await until('it is at its top', async () => (await top()) === 0);
    await say(ana, 'news');
    const newer = bea.getByRole('button', { name: '1 new message' });
    await newer.waitFor();
    t.is(await top(), 0);
    await newer.click();
    await newer.waitFor({ state: 'hidden' });
    t.true((await top()) > 0);
  },
);

inBrowser('rooms that keep and rooms that hand out are used from the page', async (t) => {
  const ana = await site.enter('Ana', 'desk');
  await ana.getByLabel('Name of the room').fill('journal');
  await ana.getByLabel('Kind, if it is new').selectOption('durable');
  await ana.getByRole('button', { name: 'Join', exact: true }).click();
  await ana.getByRole('heading', { level: 1, name: 'journal' }).waitFor();
  await ana.getByRole('button', { name: 'Subscribe' }).click();
  await ana.locator('button[aria-pressed=true]', { hasText: 'Subscribe' }).waitFor();
  await say(ana, '/join orders queue');
  await ana.getByRole('heading', { level: 1, name: 'orders' }).waitFor();
  await say(ana, '/take on');
  await ana.locator('button[aria-pressed=true]', { hasText: 'Take' }).waitFor();
  const bea = await site.enter('Bea', 'orders');
  await bea.getByRole('button', { name: /Join\s*journal\s*durable 1/ }).waitFor();
  await say(bea, 'two coffees');
  await ana.getByText('two coffees').waitFor();
  await ana.getByRole('button', { name: 'Leave', exact: true }).click();
  await bea.getByText('Ana left').waitFor();
  t.pass();
});

inBrowser('all of it can be done with the keyboard, and one sees where one is', async (t) => {
  const page = await site.open('Kay', 'keys');
  const { keyboard } = page;
  await keyboard.type('Kay');
  await keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'keys' }).waitFor();
  t.is(await focused(page), 'say', 'one can type at once');
  const bea = await site.enter('Bea', 'keys');
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
    const page = await site.enter('Slim', 'narrow', options);
    const bea = await site.enter('Bea', 'narrow');
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
    const page = await site.open('Ana', `axe-${colorScheme}`, { colorScheme, bypassCSP: true });
    t.deepEqual(await faults(page), []);
    await page.getByLabel('Nick').fill('Ana');
    await page.keyboard.press('Enter');
    const bea = await site.enter('Bea', `axe-${colorScheme}`);
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

async function said(where: Locator, text: string): Promise<void> {
  await where
    .getByText(text)
    .or(where.filter({ hasText: text }))
    .first()
    .waitFor();
}

/** The id of what has the focus, or what it says. */
async function focused(page: Page): Promise<string> {
  const look =
    '[document.activeElement.id, document.activeElement.className, document.activeElement.textContent]';
  const [id, name, text] = (await page.evaluate(look)) as [string, string, string];
  return id || (name === 'log' ? name : text);
}

async function faults(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axe });
  const found = (await page.evaluate('axe.run()')) as {
    violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
}
