import { checkStore, type StoreCheck } from '../broker/data.ts';
import type { StoreCheckOptions } from '../options.ts';
import { print } from './print.ts';

/** `latido store check`: verifies all that a data directory holds; one line for each thing that is wrong. */
export async function storeCheck({ data, json }: StoreCheckOptions): Promise<number> {
  const check = await checkStore(data);
  await print(json ? `${JSON.stringify(check)}\n` : textOf(data, check));
  return check.ok ? 0 : 1;
}

function textOf(data: string, { ok, jobs, journalJobs, problems }: StoreCheck): string {
  const whole = `${data} is whole: ${jobs} jobs in its table, ${journalJobs} in its journal only`;
  return [...problems, ...(ok ? [whole] : [])].map((line) => `${line}\n`).join('');
}
