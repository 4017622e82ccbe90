/** Where in the console one is: what stands behind the # of the address, so that reload, back and links work. */

export const screens = ['overview', 'jobs', 'dead', 'types', 'workers'] as const;

export type Screen = (typeof screens)[number];

export interface Route {
  readonly screen: Screen;
  /** Of the job, the dead letter or the worker that is looked at; empty for the list. */
  readonly id: string;
  /** What a list is limited to. */
  readonly query: Readonly<Record<string, string>>;
}

/** Reads `#/jobs/ID` or `#/jobs?type=A`; what is no such thing is the overview. */
export function routeOf(hash: string): Route {
  const [path = '', query = ''] = split(hash.replace(/^#\/?/, ''), '?');
  const [name = '', id = ''] = split(path, '/');
  const screen = screens.find((each) => each === name) ?? 'overview';
  return { screen, id: decoded(id), query: Object.fromEntries(new URLSearchParams(query)) };
}

/** The address of a screen. */
export function hashOf(screen: Screen, id = '', query: Readonly<Record<string, string>> = {}) {
  const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ''));
  const path = screen === 'overview' ? '' : screen;
  return `#/${path}${id === '' ? '' : `/${encodeURIComponent(id)}`}${asked.size === 0 ? '' : `?${asked}`}`;
}

function split(text: string, by: string): [string, string] {
  const at = text.indexOf(by);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** An address may be typed by hand. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
