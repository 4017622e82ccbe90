/** How long a broker that has very many durable jobs waiting takes from its start to the first accept. */

import { Client } from '../src/index.ts';
import { withDirectory } from './data-dir.ts';
import { fill, startFiller } from './filling.ts';
import { startBroker } from './hub.ts';
import { type Bench, type Measurement, median, type Row } from './measurement.ts';
import { sleep } from './proc.ts';

const BODY_BYTES = 300;
const REQUIRED_SECONDS = 5;
/** Enough for all to be folded: so many jobs a millisecond. */
const FOLDED_PER_MS = 50;

/** How the broker ended before, and what of its journal was folded. */
type End = 'killed at once' | 'killed later' | 'stopped';

export const reopen: Measurement = {
  name: 'reopen',
  about: `from start to first accept with a million durable jobs of ${BODY_BYTES} B waiting`,
  run(bench) {
    return withDirectory(bench, async (directory) => {
      const flags = ['--data', directory];
      const hub = await startBroker(bench, [], flags);
      const filler = startFiller(bench, hub, BODY_BYTES);
      const filledSeconds = await fill(filler, bench.jobs);
      bench.note(`filled in ${filledSeconds.toFixed(1)} s`);
      await hub.child.kill('SIGKILL');
      const rows = [await measureStarts(bench, flags, 'killed at once')];
      const settling = await startBroker(bench, [], flags);
      await sleep(bench.jobs / FOLDED_PER_MS);
      await settling.child.kill('SIGKILL');
      rows.push(await measureStarts(bench, flags, 'killed later'));
      rows.push(await measureStarts(bench, flags, 'stopped'));
      return rows;
    });
  },
};

/** The first start finds what the broker left; so does each further one, when that was killed. */
async function measureStarts(bench: Bench, flags: readonly string[], end: End): Promise<Row> {
  if (end === 'stopped') await startAndStop(bench, flags);
  const seconds: number[] = [];
  for (let run = 0; run < bench.runs; run++) {
    const from = performance.now();
    const hub = await startBroker(bench, [], flags);
    const client = new Client({ broker: hub.frontend });
    const { level } = await client.submit('echo', 'latido');
    seconds.push((performance.now() - from) / 1000);
    if (level !== 'disk') throw new Error(`accepted at level ${level}`);
    await client.close();
    await hub.child.kill(end === 'stopped' ? 'SIGTERM' : 'SIGKILL');
    bench.note(`${end}: ${seconds[run]!.toFixed(2)} s`);
  }
  const range = `${Math.min(...seconds).toFixed(2)}–${Math.max(...seconds).toFixed(2)}`;
  return {
    what: `start to first accept, ${end}`,
    value: median(seconds),
    unit: 's',
    required: REQUIRED_SECONDS,
    good: 'low',
    remark: `range ${range}, from source`,
    detail: { jobs: bench.jobs, bodyBytes: BODY_BYTES, seconds },
  };
}

async function startAndStop(bench: Bench, flags: readonly string[]): Promise<void> {
  const hub = await startBroker(bench, [], flags);
  await hub.child.kill('SIGTERM');
}
