import type { ChangeOptions } from '../options.ts';
import { order } from './broker-http.ts';
import { print } from './print.ts';
import { plainText } from './table.ts';
import { keyOfWorker } from './workers-find.ts';

/** `latido workers drain`: the worker is told to go; it has not gone yet when this ends. */
export async function drainWorker(options: ChangeOptions, meant?: string): Promise<number> {
  const key = await keyOfWorker(options.http, meant);
  const done = await order<object>(options, `/api/workers/${encodeURIComponent(key)}/drain`, {});
  const isForPeople = !options.json && process.stdout.isTTY;
  const text = `worker ${plainText(meant ?? key)} drains: it takes no more jobs, finishes what it runs, and ends`;
  await print(`${isForPeople ? text : JSON.stringify(done)}\n`);
  return 0;
}
