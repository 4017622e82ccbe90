import { Presets, SingleBar } from 'cli-progress';
import type { Client } from '../index.ts';
import type { ClientOptions } from '../options.ts';
import { callOptions } from './client-job.ts';
import { Load, type LoadFigures } from './load.ts';
import { print } from './print.ts';
import { stopAsked } from './stop.ts';

const BAR = '{bar} {percentage}% | {value}/{total} jobs | {speed} jobs/s | {eta_formatted} left';
const TICK_MS = 200;

/** `client --count N`: a load, a progress bar on a terminal, and its figures as the last line. */
export async function loadOfJobs(client: Client, options: ClientOptions, body?: string) {
  let stopped = false;
  // A stop ends the load early: what is in flight is waited for, and the figures are printed.
  void stopAsked().then(() => {
    stopped = true;
  });
  const load = new Load(client, {
    type: options.type,
    body: Buffer.from(body ?? 'x'.repeat(options.size)),
    call: callOptions(options),
    concurrency: Math.min(options.concurrency, options.count),
    more: (submitted) => !stopped && submitted < options.count,
  });
  const hideBar = process.stderr.isTTY && !options.json ? showBar(load, options.count) : () => {};
  const figures = await load.run().finally(hideBar);
  await print(`${options.json ? JSON.stringify(figures) : peopleLine(figures)}\n`);
  return figures.answered === options.count ? 0 : 1;
}

function peopleLine(figures: LoadFigures): string {
  const { jobs, answered, failed, refused, seconds, jobsPerSecond, p50Ms, p99Ms, maxMs } = figures;
  return (
    `${jobs} jobs in ${seconds} s: ${answered} answered, ${failed} failed, ${refused} refused; ` +
    `${jobsPerSecond} jobs/s; p50 ${p50Ms} ms, p99 ${p99Ms} ms, max ${maxMs} ms`
  );
}

function showBar(load: Load, count: number): () => void {
  const bar = new SingleBar({ format: BAR, stream: process.stderr }, Presets.shades_classic);
  const show = () => bar.update(load.ended, { speed: load.figures().jobsPerSecond });
  bar.start(count, 0, { speed: 0 });
  const timer = setInterval(show, TICK_MS);
  return () => {
    clearInterval(timer);
    show();
    bar.stop();
  };
}
