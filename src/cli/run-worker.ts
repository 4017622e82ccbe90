import { refuseOpenBind } from '../broker/binding.ts';
import type { Log } from '../broker/log.ts';
import { LatidoError } from '../errors.ts';
import { type LoadSource, Worker } from '../index.ts';
import type { WorkerOptions } from '../options.ts';
import { Connection } from './connection.ts';
import { loadHandlers } from './handlers.ts';
import { createLog } from './log.ts';
import { stopAsked } from './stop.ts';
import { superviseWorkers } from './supervisor.ts';
import type { RunningWorkerHttp } from './worker-http.ts';

/** After that long without a broker the log says so. */
const SILENCE_MS = 1000;
/** A stop waits for what runs, however long: a second one does not. */
const DRAIN_MS = 2_147_483_647;
/** But only that long for a broker that is away to come back for the answers. */
const ABSENT_MS = 5000;

/** The program `worker`: one line with `ready` once it has joined, then it works until asked to stop. */
export async function runWorker(options: WorkerOptions): Promise<number> {
  if (options.type.length === 0) {
    throw new LatidoError('OPTION_INVALID', "option '--type' is required, for example --type A");
  }
  if (!options.insecure) refuseOpenBind({ http: options.http });
  return options.processes > 1 ? superviseWorkers(options) : workHere(options);
}

async function workHere(options: WorkerOptions): Promise<number> {
  const stop = stopAsked();
  const log = createLog(options.json);
  const connection = new Connection(options.broker, log);
  const worker = await workerFrom(options, connection);
  const http = await httpOf(worker, options);
  process.send?.('loaded');
  const joined = await Promise.race([join(worker, options, log), stop.then(() => false)]);
  if (joined) process.stdout.write(readyLine(options, http));
  const why = await Promise.race([stop, worker.left.then(() => null)]);
  if (why === null) return 0;
  log({ level: 'info', text: `stopping (${why}): what runs is finished` });
  const code = joined ? await drain(worker, connection, log) : 0;
  await worker.close();
  http?.close();
  return code;
}

async function httpOf(worker: Worker, { http }: WorkerOptions): Promise<RunningWorkerHttp | null> {
  if (http === 'off') return null;
  // Without it a worker need not load what serves it.
  const { startWorkerHttp } = await import('./worker-http.ts');
  return startWorkerHttp(http, worker);
}

async function workerFrom(options: WorkerOptions, { onEvent }: Connection): Promise<Worker> {
  const { broker, capacity, name, chaos } = options;
  const load = options.load as LoadSource;
  const worker = new Worker({ broker, capacity, name, load, chaos, onEvent });
  const handlers = await loadHandlers(options.type, options.handler);
  for (const [type, handler] of handlers) worker.handle(type, handler);
  return worker;
}

async function join(worker: Worker, { broker }: WorkerOptions, log: Log): Promise<boolean> {
  const text = `no broker answers at ${broker} yet, waiting for it`;
  const silence = setTimeout(() => log({ level: 'warn', text }), SILENCE_MS);
  try {
    await worker.start();
  } finally {
    clearTimeout(silence);
  }
  return true;
}

async function drain(worker: Worker, connection: Connection, log: Log): Promise<number> {
  const drained = worker.drain(DRAIN_MS).then(() => true);
  if (await Promise.race([drained, connection.gone(ABSENT_MS).then(() => false)])) return 0;
  log({ level: 'error', text: 'the broker is gone: what was not answered is left to others' });
  return 1;
}

function readyLine(
  { json, type, broker, capacity }: WorkerOptions,
  side: RunningWorkerHttp | null,
): string {
  const { pid } = process;
  const http = side?.address ?? null;
  if (json) {
    return `${JSON.stringify({ event: 'ready', types: type, broker, capacity, http, pid })}\n`;
  }
  const where = http === null ? '' : `, http ${http}`;
  return `ready: worker for ${type.join(', ')} at ${broker}, capacity ${capacity}${where}, pid ${pid}\n`;
}
