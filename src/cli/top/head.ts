/** The first lines of the picture: whether all is well, and the figures of the whole. */

import { findingsOf, healthText, levelOf } from '../../view/health.ts';
import type { History } from '../../view/live.ts';
import { bytesText, countText, durationText, many } from '../../view/units.ts';
import type { Line, Span } from '../chat/line.ts';
import { clock } from '../log.ts';
import { plainText } from '../table.ts';
import { fitted, lineWidth } from './fit.ts';
import type { Seen } from './picture.ts';
import { sparks } from './sparks.ts';
import { perSecond } from './type-rows.ts';

const MINUTE = 60;
/** Percentiles of so many seconds are looked through for the last that is known. */
const LATELY = 5;

/** How many lines the head has. */
export const HEAD_LINES = 5;

export function headLines(seen: Seen, width: number): Line[] {
  const { figures } = seen.watch.model;
  if (figures === null) return [healthLine(seen), [], [], [], []];
  return [healthLine(seen), nameLine(seen, width), flowLine(seen), restLine(seen), sparkLine(seen)];
}

function healthLine({ watch, look }: Seen): Line {
  const { model, silence, http } = watch;
  if (silence !== null) {
    const since = clock(new Date(silence.since));
    const text = `✗ no broker answers at ${http} since ${since} (${silence.why})`;
    return [['error', plainText(text, 200)]];
  }
  if (model.figures === null) return [['dim', `asking ${http} …`]];
  const found = findingsOf(model, watch.now);
  const level = levelOf(found);
  const sign = level === null ? '✓' : level === 'bad' ? '✗' : '!';
  const tone = level === null ? 'good' : level === 'bad' ? 'error' : 'warning';
  const paused = look.isPaused ? `paused at ${clock(new Date(watch.now))}: ` : '';
  return [paused, [tone, `${sign} ${plainText(healthText(found), 200)}`]];
}

function nameLine({ watch, now }: Seen, width: number): Line {
  const { name, version, figures } = watch.model;
  const { state, uptimeSeconds, clients } = figures!;
  const up = durationText(Math.floor(uptimeSeconds) * 1000).replace('.0', '');
  const who = `${plainText(name, 32) || 'broker'} ${version} at ${watch.http}`;
  const is = watch.silence === null ? state : `as it was at ${clock(new Date(watch.now))}`;
  const left = `${who}, ${is}, up ${up}, ${many(clients, 'client')}`;
  const right = clock(new Date(now));
  return [['dim', `${fitted(left, Math.max(0, width - right.length - 1))} ${right}`]];
}

function flowLine({ watch }: Seen): Line {
  const { model, history, now } = watch;
  const rate = model.rate(now);
  const { waiting, dispatched } = model.figures!;
  return figuresLine([
    ['in', `${perSecond(rate?.submitted)}/s`],
    ['out', `${perSecond(rate?.answered)}/s`],
    ['waiting', countText(waiting)],
    ['in flight', countText(dispatched)],
    ['p50', latencyText(history?.p50Ms)],
    ['p99', latencyText(history?.p99Ms)],
    ['lost', `${perSecond(rate?.lost)}/s`],
  ]);
}

function restLine({ watch }: Seen): Line {
  const { store, chat, memoryBytes, lagMs } = watch.model.figures!;
  const letters = store?.deadLetters ?? null;
  return figuresLine([
    ...(!store ? [] : [['dead letters', letters === null ? '-' : countText(letters)]]),
    ['loop lag', durationText(lagMs)],
    ['memory', bytesText(memoryBytes)],
    ...(!store ? [] : [['store', bytesText(store.bytes)]]),
    ...(!chat || chat.people === 0 ? [] : [['chat', `${countText(chat.people)} people`]]),
  ]);
}

function figuresLine(figures: readonly (readonly string[])[]): Line {
  return figures.flatMap(([title = '', value = ''], i): Span[] => [
    ['dim', `${i === 0 ? '' : '  '}${title} `],
    ['bold', value],
  ]);
}

function sparkLine({ watch }: Seen): Line {
  const points = watch.history?.answered.slice(-MINUTE) ?? [];
  const most = Math.max(0, ...points);
  if (most === 0) return [['dim', 'no job was answered in the last minute']];
  const line: Line = [['good', sparks(points, most)]];
  const text = lineWidth(line) < MINUTE ? ' answered' : '';
  return [...line, ['dim', `${text} to ${countText(most)}/s`]];
}

/** The last that is known. */
function latencyText(points: History['p50Ms'] | undefined): string {
  const last = points?.slice(-LATELY).findLast((ms) => ms !== null);
  return last === undefined || last === null ? '-' : durationText(last);
}
