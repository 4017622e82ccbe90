import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LatidoError } from '../errors.ts';
import type { Handler } from '../index.ts';
import { moduleUrl } from './programs.ts';

/** The types that come along, each with its module below workers/. */
const BUILT_IN: Readonly<Record<string, string>> = { A: 'a', B: 'b', C: 'c', chat: 'chat' };

/**
 * The handler of each type: from the given module, else from the one that comes along. Throws
 * HANDLER_INVALID when there is none, or the module cannot be loaded.
 */
export async function loadHandlers(
  types: readonly string[],
  module: string,
): Promise<ReadonlyMap<string, Handler>> {
  const handlers = new Map<string, Handler>();
  for (const type of types) {
    const [shown, url] = module === '' ? builtIn(type) : [module, pathToFileURL(resolve(module))];
    handlers.set(type, await handlerFrom(shown, url, type));
  }
  return handlers;
}

function builtIn(type: string): [string, URL] {
  const file = Object.hasOwn(BUILT_IN, type) ? BUILT_IN[type] : undefined;
  if (file !== undefined) return [`workers/${file}`, moduleUrl(`../../workers/${file}`)];
  throw new LatidoError(
    'HANDLER_INVALID',
    `no handler comes along for type '${type}' (only for A, B, C and chat): give one with --handler ./file.js`,
  );
}

async function handlerFrom(shown: string, url: URL, type: string): Promise<Handler> {
  const loaded = await imported(shown, url);
  const handler = Object.hasOwn(loaded, type) ? loaded[type] : loaded.default;
  if (typeof handler === 'function') return handler as Handler;
  throw new LatidoError(
    'HANDLER_INVALID',
    `module '${shown}' exports no handler for type '${type}': export a function as default, or one named '${type}'`,
  );
}

async function imported(shown: string, url: URL): Promise<Record<string, unknown>> {
  try {
    return await import(url.href);
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new LatidoError('HANDLER_INVALID', `module '${shown}' could not be loaded: ${why}`);
  }
}
