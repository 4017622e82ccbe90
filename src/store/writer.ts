import { parentPort, workerData } from 'node:worker_threads';
import type { WriterData } from './messages.ts';
import { quietSqlite } from './quiet-sqlite.ts';

/** The entry of the store's thread. */
quietSqlite();
const { WriterThread } = await import('./disk/writer-thread.ts');
if (parentPort !== null) new WriterThread(parentPort, workerData as WriterData).start();
