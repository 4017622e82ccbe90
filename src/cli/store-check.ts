import { checkStore } from '../broker/data.ts';
import type { StoreCheckOptions } from '../options.ts';

/** `latido store check`: verifies all that a data directory holds; one line for each thing that is wrong. */
export async function storeCheck({ data, json }: StoreCheckOptions): Promise<number> {
  const { ok, jobs, problems } = checkStore(data);
  if (json) process.stdout.write(`${JSON.stringify({ ok, jobs, problems })}\n`);
  else {
    for (const problem of problems) process.stdout.write(`${problem}\n`);
    if (ok) process.stdout.write(`${data} is whole: ${jobs} jobs in its table\n`);
  }
  return ok ? 0 : 1;
}
