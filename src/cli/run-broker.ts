import { startBroker } from '../broker/server.ts';
import { limitYoungGeneration } from '../broker/young-generation.ts';
import type { BrokerOptions } from '../options.ts';
import { createLog } from './log.ts';
import { stopAsked } from './stop.ts';

/** The program `broker`: one line with `ready` and its addresses on stdout, then it serves until asked to stop. */
export async function runBroker(options: BrokerOptions): Promise<number> {
  limitYoungGeneration();
  const stop = stopAsked();
  const log = createLog(options.json);
  const broker = await startBroker(options, log);
  const { frontend, backend, ppp, http } = broker;
  const extra = ppp === null ? {} : { ppp };
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ event: 'ready', frontend, backend, ...extra, http, pid: process.pid })}\n`
      : `ready: clients ${frontend}, workers ${backend}${ppp === null ? '' : `, ppp ${ppp}`}, http ${http ?? 'off'}\n`,
  );
  const why = await stop;
  log({ level: 'info', text: `stopping (${why}): ${whatFollows(options)}` });
  await broker.drain();
  await broker.close();
  return 0;
}

function whatFollows({ memory, drainMs }: BrokerOptions): string {
  const span = `dispatched for ${drainMs} ms`;
  if (memory) return `no new jobs, those that wait are ${span}`;
  return `no new jobs, those at level memory that wait are ${span}, durable ones stay for the next start`;
}
