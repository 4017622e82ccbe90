import { quietSqlite } from '../store/quiet-sqlite.ts';

export type { StoreCheck } from '../store/check.ts';

import type { StoreCheck } from '../store/check.ts';

/** What a data directory holds that no broker has: whether it is whole. */
export async function checkStore(dir: string): Promise<StoreCheck> {
  quietSqlite();
  const check = await import('../store/check.ts');
  return check.checkStore(dir);
}
