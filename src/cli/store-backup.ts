import { resolve } from 'node:path';
import { LatidoError } from '../errors.ts';
import type { StoreBackupOptions } from '../options.ts';
import { order } from './broker-http.ts';
import { print } from './print.ts';

/** `latido store backup`: the broker writes the file, so its name is made one that means the same there. */
export async function storeBackup(options: StoreBackupOptions, file?: string): Promise<number> {
  if (file === undefined) throw new LatidoError('OPTION_INVALID', 'the name of a file is needed');
  const made = await order<{ file: string }>(options, '/api/store/backup', { file: resolve(file) });
  const isForPeople = !options.json && process.stdout.isTTY;
  await print(isForPeople ? `${made.file} is written\n` : `${JSON.stringify(made)}\n`);
  return 0;
}
