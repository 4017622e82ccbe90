/** Exact counts, shares, instants and names as people read them. */

const GROUPED = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const NAME_MAX = 40;

/** 1,234 */
export function count(value: number): string {
  return GROUPED.format(value);
}

/** `1 job`, `1,234 jobs` */
export function some(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** A load, 0.42 as 42 %. */
export function share(value: number): string {
  return `${Math.round(value * 100)} %`;
}

/** Wall-clock milliseconds as 12:03:04 of here. */
export function clock(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(padded).join(':');
}

/** An instant as 12:03:04.567, with its day before it when that is not today. */
export function instant(iso: string | null, now: number): string {
  if (iso === null) return '–';
  const at = new Date(iso);
  const time = `${clock(at.getTime())}.${String(at.getMilliseconds()).padStart(3, '0')}`;
  const day = dayOf(at);
  return day === dayOf(new Date(now)) ? time : `${day} ${time}`;
}

function dayOf(date: Date): string {
  return `${date.getFullYear()}-${padded(date.getMonth() + 1)}-${padded(date.getDate())}`;
}

function padded(value: number): string {
  return String(value).padStart(2, '0');
}

/** At most so many characters, an ellipsis for what was cut. */
export function cut(name: string, max = NAME_MAX): string {
  const characters = [...name];
  return characters.length <= max ? name : `${characters.slice(0, max - 1).join('')}…`;
}

/** A number of a plot, with a decimal place as long as it is small. */
export function rateShown(value: number): string {
  return value < 10 ? String(Number(value.toFixed(1))) : count(value);
}
