import { parentPort, workerData } from 'node:worker_threads';
import { WriterThread } from './disk/writer-thread.ts';
import type { WriterData } from './messages.ts';

/** The entry of the store's thread. */
if (parentPort !== null) new WriterThread(parentPort, workerData as WriterData).start();
