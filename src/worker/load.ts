import { cpus } from 'node:os';
import { performance } from 'node:perf_hooks';

/** Where a worker's load comes from: a name, a fixed number, or a function of the program's. */
export type LoadSource = 'auto' | 'cpu' | 'loop' | 'busy' | number | (() => number);

/** How often the clocks of the process are read: reports leave far more often. */
const PROCESS_MS = 50;
/** How often those of the host are. */
const HOST_MS = 500;

/**
 * A function that says how loaded the worker is: 0 idle, 1 full.
 * - busy: jobs here, as a share of its capacity
 * - loop: the share of time in which the event loop was not waiting
 * - cpu: the CPU time of this process, as a share of one core
 * - auto: the larger of loop and the share of the host's cores that anybody uses, so that a worker on a machine that
 *   is busy with other things gets less
 */
export function loadFrom(source: LoadSource, busy: () => number): (now: number) => number {
  if (typeof source === 'function') return () => source();
  if (typeof source === 'number') return () => source;
  if (source === 'busy') return busy;
  if (source === 'cpu') return sampled(PROCESS_MS, cpuShare());
  const loop = sampled(PROCESS_MS, loopShare());
  if (source === 'loop') return loop;
  const host = sampled(HOST_MS, hostShare());
  return (now) => Math.max(loop(now), host(now));
}

/** Calls `sample` at most that often. */
function sampled(everyMs: number, sample: () => number): (now: number) => number {
  let last = 0;
  let nextAt = 0;
  return (now) => {
    if (now < nextAt) return last;
    nextAt = now + everyMs;
    last = sample();
    return last;
  };
}

function loopShare(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const current = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(current, last);
    last = current;
    return utilization;
  };
}

function cpuShare(): () => number {
  let last = process.cpuUsage();
  let lastAt = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(last);
    const at = performance.now();
    const share = (user + system) / 1000 / Math.max(1, at - lastAt);
    last = process.cpuUsage();
    lastAt = at;
    return share;
  };
}

function hostShare(): () => number {
  let last = hostTimes();
  return () => {
    const current = hostTimes();
    const total = current.total - last.total;
    const idle = current.idle - last.idle;
    last = current;
    return total > 0 ? 1 - idle / total : 0;
  };
}

function hostTimes(): { idle: number; total: number } {
  let idle = 0;
  let total = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    total += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return { idle, total };
}
