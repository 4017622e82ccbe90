/** Writes grafana/alerts.yml from the table of alerts; a test sees that it is fresh. */

import { writeFileSync } from 'node:fs';
import type { Alert, Times } from './alert.ts';
import { alerts } from './alerts.ts';

const MADE = '# Made by `npm run alerts`: edit the table in grafana/src, not this file.';
const EVERY_SECONDS = 15;
const UNITS: readonly (readonly [string, number])[] = [
  ['h', 3600],
  ['m', 60],
  ['s', 1],
];

/**
 * The rules for Prometheus as YAML. Tests with real faults divide all times by one number, so that
 * what takes ten minutes takes seconds.
 */
export function alertsFile(divisor = 1): string {
  const span = (seconds: number) => duration(seconds / divisor);
  const times: Times = { window: span, seconds: (seconds) => String(seconds / divisor) };
  return [
    MADE,
    'groups:',
    '  - name: latido',
    `    interval: ${span(EVERY_SECONDS)}`,
    '    rules:',
    ...alerts.map((alert) => rule(alert, times)),
    '',
  ].join('\n');
}

function rule(alert: Alert, times: Times): string {
  const { name, severity, forSeconds, summary, description } = alert;
  const lines = alert.expr(times).split('\n');
  const held = forSeconds === 0 ? [] : [`for: ${times.window(forSeconds)}`];
  const inner = [
    'expr: |-',
    ...lines.map((line) => `  ${line}`),
    ...held,
    'labels:',
    `  severity: ${severity}`,
    'annotations:',
    `  summary: ${JSON.stringify(summary)}`,
    `  description: ${JSON.stringify(description)}`,
    `  runbook: docs/operating.md#${name.toLowerCase()}`,
  ];
  return [`      - alert: ${name}`, ...inner.map((line) => `        ${line}`)].join('\n');
}

/** As Prometheus writes it, in the largest unit that it is a whole number of. */
function duration(seconds: number): string {
  for (const [unit, length] of UNITS) {
    if (seconds % length === 0) return `${seconds / length}${unit}`;
  }
  return `${Math.round(seconds * 1000)}ms`;
}

if (import.meta.main) {
  writeFileSync(new URL('../alerts.yml', import.meta.url), alertsFile());
}
