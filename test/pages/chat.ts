/** The page at /chat in a real browser, against a real broker and a worker of type chat. */

import { ChatSite, said, say, texts } from '../support/chat-site.ts';
import { browsing } from '../support/in-browser.ts';
import { until } from '../support/poll.ts';
import { run } from '../support/programs.ts';

const { inBrowser, here } = browsing(ChatSite.start);

inBrowser(
  'two pages and a program talk in one room, and each message is shown with its state',
  async (t) => {
    const ana = await here.site.enter('Ana', 'hall');
    const bea = await here.site.enter('Bea', 'hall');
    await ana.getByText('Bea came').waitFor();
    await said(bea.locator('#people-list'), 'Ana');
    await say(ana, 'hello everybody');
    await bea.getByText('hello everybody').waitFor();
    await ana.locator('.own .state', { hasText: 'delivered' }).waitFor();
    await say(bea, '/me waves');
    await ana.locator('.act .text', { hasText: 'waves' }).waitFor();
    const args = [
      '--room=hall',
      `--broker=${here.site.frontend}`,
      `--key-file=${here.site.file('cy')}`,
    ];
    const { code } = await run('latido', ['chat', '--nick=Cy', ...args], 'from a program\n');
    t.is(code, 0);
    await ana.getByText('from a program').waitFor();
    await bea.getByText('Cy left').waitFor();
    t.deepEqual(await texts(bea), ['hello everybody', 'waves', 'from a program']);
  },
);

inBrowser('what looks like markup, a script or a command is text', async (t) => {
  const ana = await here.site.enter('Ana', 'markup');
  const bea = await here.site.enter('Bea', 'markup');
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
    const ana = await here.site.enter('Ana', 'nicks');
    const other = await here.site.open('Dan', 'nicks');
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
    await other.locator('#my-nick', { hasText: 'Dora' }).waitFor();
    t.is(await other.locator('#my-nick').textContent(), 'Dora');
  },
);

inBrowser('a private message waits for somebody who is away', async (t) => {
  const bea = await here.site.enter('Bea', 'post');
  await bea.getByRole('button', { name: 'Quit' }).click();
  await bea.getByLabel('Nick').waitFor();
  await bea.context().close();
  const ana = await here.site.enter('Ana', 'post');
  await say(ana, '/msg Bea one for you');
  await say(ana, 'and another');
  await ana.getByText('Bea is away: it is kept').nth(1).waitFor();
  t.deepEqual(await ana.locator('.own .state').allTextContents(), ['sent', 'sent']);
  t.deepEqual(await texts(ana), ['one for you', 'and another']);
  const back = await here.site.enter('Bea', 'post');
  await back.locator('#private').getByText('2 new').waitFor();
  await back.locator('#private').getByText('Ana').click();
  t.deepEqual(await texts(back), ['one for you', 'and another']);
});

inBrowser(
  'after a crash of the broker the page is back in its room by itself, and what was typed meanwhile is said once',
  async (t) => {
    const ana = await here.site.enter('Ana', 'storm');
    const bea = await here.site.enter('Bea', 'storm');
    for (const page of [ana, bea]) {
      await say(page, '/join journal-of-storms durable');
      await page.getByRole('button', { name: 'Subscribe' }).click();
      await page.locator('button[aria-pressed=true]', { hasText: 'Subscribe' }).waitFor();
    }
    await say(ana, 'before');
    await bea.getByText('before').waitFor();
    await here.site.kill();
    await ana.getByText('The broker cannot be reached').waitFor();
    await say(ana, 'meanwhile');
    await said(ana.locator('.own').last(), 'waiting');
    const back = ana.getByText('Back.').waitFor({ timeout: 20_000 });
    await here.site.revive();
    await bea.getByText('meanwhile').waitFor();
    await back;
    await bea.getByText('meanwhile').waitFor();
    await say(bea, 'after');
    await ana.getByText('after', { exact: true }).waitFor();
    t.deepEqual(await texts(ana), ['before', 'meanwhile', 'after']);
    t.deepEqual(await texts(bea), ['before', 'meanwhile', 'after']);
  },
);

inBrowser('a page that is loaded again is the same person, and knows what was said', async (t) => {
  const ana = await here.site.enter('Ana', 'again');
  const bea = await here.site.enter('Bea', 'again');
  await say(ana, 'one');
  await bea.getByText('one', { exact: true }).waitFor();
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
    const ana = await here.site.enter('Ana', 'long');
    const bea = await here.site.enter('Bea', 'long');
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
  const ana = await here.site.enter('Ana', 'desk');
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
  const bea = await here.site.enter('Bea', 'orders');
  await bea.getByRole('button', { name: /Join\s*journal\s*durable 1/ }).waitFor();
  await say(bea, 'two coffees');
  await ana.getByText('two coffees').waitFor();
  await ana.getByRole('button', { name: 'Leave', exact: true }).click();
  await bea.getByText('Ana left').waitFor();
  t.pass();
});
