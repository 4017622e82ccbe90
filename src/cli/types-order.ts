import { LatidoError } from '../errors.ts';
import type { ChangeOptions } from '../options.ts';
import { order } from './broker-http.ts';
import { print } from './print.ts';
import { plainText } from './table.ts';

const outcomes = {
  pause: 'is paused: its jobs wait until it is resumed',
  resume: 'is open: its jobs are taken and dispatched',
  drain: 'drains: what waits is done, new jobs are refused',
} as const;

/** `latido types pause`, `resume` and `drain`. */
export async function orderType(
  verb: keyof typeof outcomes,
  options: ChangeOptions,
  name?: string,
): Promise<number> {
  if (name === undefined) throw new LatidoError('OPTION_INVALID', 'the name of a type is needed');
  const path = `/api/types/${encodeURIComponent(name)}/${verb}`;
  const done = await order<object>(options, path, {}).catch((error) => {
    throw told(error, name);
  });
  const isForPeople = !options.json && process.stdout.isTTY;
  const text = `type ${plainText(name, 64)} ${outcomes[verb]}`;
  await print(`${isForPeople ? text : JSON.stringify(done)}\n`);
  return 0;
}

function told(error: unknown, name: string): unknown {
  if (!(error instanceof LatidoError) || error.code !== 'TYPE_UNKNOWN') return error;
  return new LatidoError('TYPE_UNKNOWN', `no type '${name}': latido types list names them`);
}
