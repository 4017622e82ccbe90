import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/**
 * Of new objects those that are still needed are copied while nothing else runs. Jobs that wait are: left to itself V8
 * collects up to 64 MB of them before it does, and the loop stands still for 50 ms and more.
 */
const BYTES = 16 * 1024 * 1024;

/** Keeps the part of the heap where new objects are small, as --max-semi-space-size=8 would; it belongs to the process. */
export function limitYoungGeneration(): void {
  let grows = true;
  const observer = new PerformanceObserver(() => {
    const space = getHeapSpaceStatistics().find((each) => each.space_name === 'new_space');
    const mayGrow = space === undefined || space.space_size < BYTES;
    if (mayGrow === grows) return;
    grows = mayGrow;
    setFlagsFromString(`--semi-space-growth-factor=${grows ? 2 : 1}`);
  });
  observer.observe({ entryTypes: ['gc'] });
}
