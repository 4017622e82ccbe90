import type { Log } from '../broker/log.ts';
import { LatidoError } from '../errors.ts';
import { type LoadSource, type PeerEvent, Worker } from '../index.ts';
import type { WorkerOptions } from '../options.ts';
import { loadHandlers } from './handlers.ts';
import { createLog } from './log.ts';
import { stopAsked } from './stop.ts';
import { superviseWorkers } from './supervisor.ts';

/** After that long without a broker the log says so. */
const SILENCE_MS = 1000;
/** A stop waits for what runs, however long: a second one does not. */
const DRAIN_MS = 2_147_483_647;

const EVENTS = {
  connected: { level: 'info', text: 'connected to the broker' },
  disconnected: { level: 'warn', text: 'the connection to the broker ended, waiting for it' },
  closing: { level: 'warn', text: 'the broker is going down' },
  refused: { level: 'error', text: 'the broker refused' },
} as const;

/** The program `worker`: one line with `ready` once it has joined, then it works until asked to stop. */
export async function runWorker(options: WorkerOptions): Promise<number> {
  if (options.type.length === 0) {
    throw new LatidoError('OPTION_INVALID', "option '--type' is required, for example --type A");
  }
  return options.processes > 1 ? superviseWorkers(options) : workHere(options);
}

async function workHere(options: WorkerOptions): Promise<number> {
  const stop = stopAsked();
  const log = createLog(options.json);
  const worker = await workerFrom(options, log);
  process.send?.('loaded');
  const waiting = setTimeout(() => {
    log({ level: 'warn', text: `no broker answers at ${options.broker} yet, waiting for it` });
  }, SILENCE_MS);
  const ready = await Promise.race([worker.start().then(() => true), stop.then(() => false)]);
  clearTimeout(waiting);
  if (ready) process.stdout.write(readyLine(options));
  const why = await stop;
  log({ level: 'info', text: `stopping (${why}): what runs is finished` });
  if (ready) await worker.drain(DRAIN_MS);
  else await worker.close();
  return 0;
}

async function workerFrom(options: WorkerOptions, log: Log): Promise<Worker> {
  const { broker, capacity, name, chaos } = options;
  const load = options.load as LoadSource;
  const onEvent = ({ kind, detail }: PeerEvent) => {
    const { level, text } = EVENTS[kind];
    log({ level, text: detail === '' ? text : `${text}: ${detail}`, broker });
  };
  const worker = new Worker({ broker, capacity, name, load, chaos, onEvent });
  const handlers = await loadHandlers(options.type, options.handler);
  for (const [type, handler] of handlers) worker.handle(type, handler);
  return worker;
}

function readyLine({ json, type, broker, capacity }: WorkerOptions): string {
  const { pid } = process;
  return json
    ? `${JSON.stringify({ event: 'ready', types: type, broker, capacity, pid })}\n`
    : `ready: worker for ${type.join(', ')} at ${broker}, capacity ${capacity}, pid ${pid}\n`;
}
