/** Figures as people read them: short, with their unit. */

/** How long: 0 ms, 12 ms, 3.4 s, 12 s, 5 min, 3 h, 2 days. */
export function durationText(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}

/** How long ago, to the second. */
export function agoText(ms: number): string {
  return ms < 1000
    ? 'just now'
    : `${durationText(Math.floor(ms / 1000) * 1000).replace('.0', '')} ago`;
}

/** How many, in at most five places: 12, 1234, 12.3k, 1.2M. */
export function countText(count: number): string {
  if (count < 9999.5) return String(Math.round(count));
  if (count < 99_950) return `${(count / 1000).toFixed(1)}k`;
  if (count < 999_500) return `${Math.round(count / 1000)}k`;
  return count < 99_950_000 ? `${(count / 1e6).toFixed(1)}M` : `${Math.round(count / 1e6)}M`;
}

/** How many a second: 0, 0.3, 12, 1.2k. */
export function rateText(rate: number): string {
  if (rate === 0) return '0';
  return rate < 9.95 ? Math.max(0.1, rate).toFixed(1) : countText(rate);
}

/** How many bytes: 12 B, 3.4 KiB, 120 MiB. */
export function bytesText(bytes: number): string {
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  if (bytes < 1000) return `${bytes} B`;
  let value = bytes / 1024;
  while (value >= 1000 && units.length > 1) {
    value /= 1024;
    units.shift();
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[0]}`;
}

/** So many of something: 1 job, 2 jobs. */
export function many(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
