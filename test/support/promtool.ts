import { spawnSync } from 'node:child_process';

/** Whether Prometheus' own tool is here (Debian: prometheus). */
export const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

/** What it says of `input`, and how it ended. */
export function promtool(args: string[], input = ''): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
}
