import { findingsOf } from '../../view/health.ts';
import type { Line } from '../chat/line.ts';
import { plainText } from '../table.ts';
import { type Column, tableLines } from './columns.ts';
import { cutLine } from './fit.ts';
import { happenedLines } from './happened.ts';
import { HEAD_LINES, headLines } from './head.ts';
import { keyHelp, type Look } from './look.ts';
import { typeColumns, typeRows } from './type-rows.ts';
import type { Watch } from './watch.ts';
import { workerColumns, workerRows } from './worker-rows.ts';

/** What a picture is made of; `now` is the time here. */
export interface Seen {
  readonly watch: Watch;
  readonly look: Look;
  readonly now: number;
}

export interface Picture {
  readonly lines: readonly Line[];
  /** How many rows of the large table are seen. */
  readonly page: number;
  /** The highest offset at which the page is full. */
  readonly most: number;
}

const FOOT_LINES = 1;
const HAPPENED_LEAST = 4;
/** With fewer lines for the tables there is but one. */
const BODY_LEAST = 9;
const signs = { bad: '✗', warning: '!', note: '·' } as const;
const KEY_WIDTH = 34;

/** The broker at a glance, in exactly so many lines of at most so many columns. */
export function picture(seen: Seen, width: number, height: number): Picture {
  const { look, watch } = seen;
  const body = Math.max(0, height - HEAD_LINES - FOOT_LINES);
  const types = typeRows(watch.model, watch.now, look.typeSort);
  const workers = workerRows(watch.model, look.workerSort);
  const rows = shares(look.large, body, types.length, workers.length);
  const isTypes = look.large === 'types';
  const page = isTypes ? rows.types : rows.workers;
  const most = Math.max(0, (isTypes ? types : workers).length - page);
  const offset = Math.min(look.offset, most);
  const tables = [
    ...part(typeColumns, types, isTypes ? offset : 0, rows.types, width),
    ...part(workerColumns, workers, isTypes ? 0 : offset, rows.workers, width),
    ...happened(seen, rows.happened),
  ];
  const known = watch.silence === null ? tables : tables.map(faded);
  const middle = look.isHelp ? helpLines() : watch.model.figures === null ? [] : known;
  const lines = [...headLines(seen, width), ...exactly(middle, body), footLine(look)];
  return { lines: lines.slice(0, height).map((line) => cutLine(line, width)), page, most };
}

/** All there is, without an end: for what is no terminal. */
export function wholePicture(seen: Seen, width: number): readonly Line[] {
  const { look, watch } = seen;
  const types = typeRows(watch.model, watch.now, look.typeSort);
  const workers = workerRows(watch.model, look.workerSort);
  return [
    ...headLines(seen, width),
    [],
    ...tableLines(typeColumns, types, width),
    [],
    ...tableLines(workerColumns, workers, width),
    [],
    ...happened(seen, 10),
  ].map((line) => cutLine(line, width));
}

/** How many rows each table has besides its heading; less than none where there is no heading either. */
interface Shares {
  readonly types: number;
  readonly workers: number;
  readonly happened: number;
}

function shares(large: Look['large'], body: number, types: number, workers: number): Shares {
  if (body < BODY_LEAST) {
    const rows = body - 1;
    const [one, other] = large === 'types' ? [rows, -1] : [-1, rows];
    return { types: one, workers: other, happened: -1 };
  }
  const rows = body - 3 - HAPPENED_LEAST;
  const [first, second] = large === 'types' ? [workers, types] : [types, workers];
  const part = large === 'both' ? Math.ceil(rows / 2) : 1;
  const small = Math.min(first, Math.max(part, rows - second));
  const big = Math.min(second, rows - small);
  const happenedRows = rows - small - big + HAPPENED_LEAST;
  return large === 'types'
    ? { types: big, workers: small, happened: happenedRows }
    : { types: small, workers: big, happened: happenedRows };
}

function part<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  offset: number,
  count: number,
  width: number,
): Line[] {
  if (count < 0) return [];
  const shown = rows.slice(offset, offset + count);
  const range = `${offset + 1}-${offset + shown.length}`;
  const note = shown.length < rows.length ? ` ${range}/${rows.length}` : '';
  return tableLines(columns, shown, width, note);
}

/** What else is to be known now, and what happened last. */
function happened({ watch }: Seen, count: number): Line[] {
  if (count < 0) return [];
  const { model, now } = watch;
  const also = findingsOf(model, now)
    .slice(1, count)
    .map(({ level, text }): Line => {
      const line = `${signs[level]} ${plainText(text, 200)}`;
      return level === 'note' ? [line] : [['warning', line]];
    });
  const lines = happenedLines(model.happenings, count - also.length);
  return [[['dim', 'what happened last']], ...also, ...lines];
}

function helpLines(): Line[] {
  return [
    [],
    ...keyHelp.map(([key, what]): Line => [['bold', key.padEnd(KEY_WIDTH)], what]),
    [],
    [['dim', 'lost: attempts that were given up; in flight: jobs that workers have']],
    [['dim', 'load: from 0, idle, to 1, full, as the worker reports it']],
  ];
}

function footLine({ large, workerSort, typeSort, isPaused }: Look): Line {
  const sort = large === 'types' ? typeSort : workerSort;
  const pause = isPaused ? 'p go on' : 'p pause';
  return [['dim', `q quit  t types  w workers  s sort (${sort})  ${pause}  ? help`]];
}

/** What is not known to be so any more. */
function faded(line: Line): Line {
  return line.map((span) => ['dim', typeof span === 'string' ? span : span[1]]);
}

function exactly(lines: readonly Line[], count: number): Line[] {
  return Array.from({ length: count }, (_, i) => lines[i] ?? []);
}
