/** What the bench prints: a table for people, and lines of JSON for a file. */

import { appendFileSync, readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { version as libzmqVersion } from 'zeromq';
import type { Bench, Measurement, Row } from './measurement.ts';

/** Of its cores: with more load than this from elsewhere, figures say little. */
const BUSY_SHARE = 0.25;

/** The lines that stand above the table: on what all this was measured. */
export function headline(bench: Bench): string {
  const { cpu, cores, node, zeromq, libzmq, loadBefore } = surroundings();
  const busy = loadBefore > cores * BUSY_SHARE;
  return (
    `${cpu}, ${cores} cores; Node ${node}, zeromq ${zeromq} (libzmq ${libzmq})\n` +
    `runs of ${bench.seconds} s after ${bench.warmUpSeconds} s of warm-up; medians are of ${bench.runs}\n` +
    (busy ? `the machine is busy (load ${loadBefore}): the figures are indicative only\n` : '')
  );
}

/** A measurement's part of the table. */
export function table(measurement: Measurement, rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const value = `${shown(row.value)} ${row.unit}`;
    const line = `  ${row.what.padEnd(46)} ${value.padStart(20)}  ${verdict(row)}`;
    return row.remark === undefined ? line : `${line}\n    ${row.remark}`;
  });
  return `\n${measurement.name}: ${measurement.about}\n${lines.join('\n')}\n`;
}

/** Appends the rows to a file, one line of JSON each. */
export function appendRows(file: string, bench: Bench, name: string, rows: readonly Row[]): void {
  const { runs, seconds, warmUpSeconds } = bench;
  const at = new Date().toISOString();
  for (const row of rows) {
    const line = { at, measurement: name, ...row, runs, seconds, warmUpSeconds, ...surroundings() };
    appendFileSync(file, `${JSON.stringify(line, rounded)}\n`);
  }
}

/** Whether a row keeps its bound: null when it has none. */
export function kept(row: Row): boolean | null {
  return row.required === undefined ? null : reaches(row, row.required);
}

function verdict(row: Row): string {
  const parts: string[] = [];
  const sign = row.good === 'low' ? '≤' : '≥';
  if (row.required !== undefined) {
    parts.push(`required ${sign} ${row.required}: ${kept(row) ? 'met' : 'MISSED'}`);
  }
  if (row.aim !== undefined) {
    parts.push(`aim ${sign} ${row.aim}: ${reaches(row, row.aim) ? 'met' : 'not met'}`);
  }
  return parts.join(', ');
}

function reaches(row: Row, bound: number): boolean {
  return row.good === 'low' ? row.value <= bound : row.value >= bound;
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
}

/** The machine's load before the bench put its own on it. */
const loadBefore = Number((loadavg()[0] ?? 0).toFixed(2));

function surroundings() {
  return {
    loadBefore,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    node: process.versions.node,
    zeromq: zeromqVersion(),
    libzmq: libzmqVersion,
  };
}

function zeromqVersion(): string {
  const file = new URL(import.meta.resolve('zeromq/package.json'));
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(6)) : value;
}
