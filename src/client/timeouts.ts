import type { Call } from './call.ts';

/** Durations are rounded up to this many steps an octave, so that there are few lines whatever programs ask for. */
const STEPS = 64;
/** Empty lines are kept up to this many: the same durations come again. */
const LINES_MAX = 32;

/** Calls of one duration: first in, first due. */
export class Line {
  readonly ms: number;
  first: Call | null = null;
  last: Call | null = null;

  constructor(ms: number) {
    this.ms = ms;
  }
}

/** When calls are due: one first-in-first-out line for each duration, so that adding and removing cost the same for any number. */
export class Timeouts {
  #lines = new Map<number, Line>();

  /** The call is due `ms` from now, or up to 1/64 later. */
  add(now: number, call: Call, ms: number): void {
    const rounded = roundedUp(ms);
    let line = this.#lines.get(rounded);
    if (line === undefined) {
      line = new Line(rounded);
      this.#lines.set(rounded, line);
    }
    call.dueAt = now + rounded;
    call.line = line;
    call.linePrev = line.last;
    if (line.last === null) line.first = call;
    else line.last.lineNext = call;
    line.last = call;
  }

  remove(call: Call): void {
    const line = call.line;
    if (line === null) return;
    if (call.linePrev === null) line.first = call.lineNext;
    else call.linePrev.lineNext = call.lineNext;
    if (call.lineNext === null) line.last = call.linePrev;
    else call.lineNext.linePrev = call.linePrev;
    call.line = call.linePrev = call.lineNext = null;
    if (line.first === null && this.#lines.size > LINES_MAX) this.#lines.delete(line.ms);
  }

  /** When the first call is due. */
  next(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const line of this.#lines.values()) {
      if (line.first !== null && line.first.dueAt < next) next = line.first.dueAt;
    }
    return next;
  }

  /** Takes out the calls that are due. */
  takeDue(now: number): Call[] {
    const due: Call[] = [];
    for (const line of this.#lines.values()) {
      for (let call = line.first; call !== null && call.dueAt <= now; call = line.first) {
        this.remove(call);
        due.push(call);
      }
    }
    return due;
  }
}

function roundedUp(ms: number): number {
  if (ms <= STEPS) return ms;
  const step = 2 ** Math.floor(Math.log2(ms / STEPS));
  return Math.ceil(ms / step) * step;
}
