/** Loaded into programs under test: a process that is killed would not keep what it compiled for the next start. */

import { flushCompileCache } from 'node:module';

const LOADED_MS = 700;

setTimeout(flushCompileCache, LOADED_MS).unref();
