import { styleText } from 'node:util';
import type { Log, LogEvent } from '../broker/log.ts';

const COLORS = { info: 'green', warn: 'yellow', error: 'red' } as const;

/** Writes events to stderr: a line for people on a terminal, a JSON line otherwise or when asked. */
export function createLog(json: boolean): Log {
  if (json || !process.stderr.isTTY) {
    return (event) => process.stderr.write(`${jsonLine(event, new Date())}\n`);
  }
  return (event) => process.stderr.write(`${peopleLine(event, new Date())}\n`);
}

/** The event as one line of JSON: time, level, text, then its fields. */
export function jsonLine(event: LogEvent, at: Date): string {
  return JSON.stringify({ time: at.toISOString(), ...event });
}

/** The event as a line for people: the time of day, the level, the sentence, field=value. */
export function peopleLine(event: LogEvent, at: Date): string {
  const level = styleText(COLORS[event.level], event.level.padEnd(5));
  return `${clock(at)} ${level} ${sentenceWithFields(event)}`;
}

/** The sentence, and field=value for the rest. */
export function sentenceWithFields({ level: _, text, ...fields }: LogEvent): string {
  return [text, ...Object.entries(fields).map(([key, value]) => `${key}=${plain(value)}`)].join(
    ' ',
  );
}

/** The local time of day, to the second. */
export function clock(at: Date): string {
  return at.toTimeString().slice(0, 8);
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}
