import { make } from './dom.ts';

const LINK = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,:;!?)\]}]/giu;

const MENTION = /@([\p{L}\p{N}_-]{1,24})/gu;

/** First and behind the last character. */
type Range = readonly [number, number];

/** Where links stand in a text that no worker has looked at: a person's own. */
export function linksIn(text: string): Range[] {
  return [...text.matchAll(LINK)].map(({ index, 0: link }) => [index, index + link.length]);
}

/** Whom such a text speaks to. */
export function mentionsOf(text: string): string[] {
  return [...text.matchAll(MENTION)].map(([, nick]) => nick!);
}

/** A text as nodes: links can be followed, names of people stand out, all else is text. */
export function textNodes(
  text: string,
  links: readonly Range[],
  mentions: readonly string[],
  self: string,
): (Node | string)[] {
  const nodes: (Node | string)[] = [];
  let at = 0;
  for (const [first, behind] of inOrder(links, text.length)) {
    if (first < at) continue;
    nodes.push(...withMentions(text.slice(at, first), mentions, self));
    nodes.push(linkTo(text.slice(first, behind)));
    at = behind;
  }
  nodes.push(...withMentions(text.slice(at), mentions, self));
  return nodes;
}

/** Whether two nicks are one: case tells none apart. */
export function isSameNick(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function inOrder(ranges: readonly Range[], length: number): Range[] {
  const fits = ([first, behind]: Range) =>
    Number.isInteger(first) && Number.isInteger(behind) && first < behind && behind <= length;
  return ranges.filter(fits).sort((x, y) => x[0] - y[0]);
}

/** Only what leads to the web: whatever else somebody calls a link stays text. */
function linkTo(text: string): Node | string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return text;
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return text;
  return make('a', { href: url.href, target: '_blank', rel: 'noopener noreferrer' }, text);
}

function withMentions(text: string, mentions: readonly string[], self: string): (Node | string)[] {
  if (mentions.length === 0 || text === '') return [text];
  const names = mentions.map((nick) => nick.replaceAll(/[^\p{L}\p{N}_]/gu, '\\$&'));
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}_-])(@?(?:${names.join('|')}))(?![\\p{L}\\p{N}_-])`,
    'giu',
  );
  return text.split(pattern).map((part, index) => {
    if (index % 2 === 0) return part;
    const isSelf = isSameNick(part.replace('@', ''), self);
    return make('mark', { class: isSelf ? 'mention self' : 'mention' }, part);
  });
}
