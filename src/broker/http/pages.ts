import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { quiet } from '../../store/quiet-sqlite.ts';
import { PageFile } from './page-file.ts';
import { refuse } from './refusal.ts';

/** Sources run as they are, and then the modules are sources too; in the package both are compiled. */
const ending = extname(fileURLToPath(import.meta.url));
const modules = new URL('../../../', import.meta.url);
/** What is not compiled lies in the package's own folder. */
const assets = ending === '.ts' ? modules : new URL('../', modules);
const MODULE =
  /^(?:clients\/web\/(?:console\/)?[a-z-]+|src\/web|src\/errors|src\/chat\/words|src\/client\/chat\/[a-z-]+|src\/view\/[a-z-]+)\.(?:js|ts)$/;
const ASSET = /^clients\/web\/(?:console\/)?[a-z-]+\.(css|svg)$/;
/** What others have made, under names of ours. */
const LIBRARY: Readonly<Record<string, string>> = {
  'lib/uplot.js': 'uPlot.esm.js',
  'lib/uplot.css': 'uPlot.min.css',
};
const HOST = /^[\w.:[\]-]+$/;
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.ts': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/**
 * Serves the console at /, the chat at /chat where there is one, and at /web/ the modules, styles and picture that they are made
 * of and no other file.
 */
export function servePages(app: FastifyInstance, hasChat: boolean): void {
  const files = new Map<string, Promise<PageFile>>();
  const send = async (
    request: FastifyRequest,
    reply: FastifyReply,
    path: string,
    read: (path: string) => Promise<string>,
  ) => {
    const file = files.get(path) ?? read(path).then(PageFile.of);
    files.set(path, file);
    try {
      return (await file).send(request, reply);
    } catch {
      files.delete(path);
      return nothingAt(reply, path);
    }
  };
  const page = (at: string, path: string) => {
    app.get(at, (request, reply) => {
      reply.type('text/html').header('content-security-policy', policyFor(request.headers.host));
      return send(request, reply, path, assetAt);
    });
  };
  page('/', 'clients/web/console/console.html');
  if (hasChat) page('/chat', 'clients/web/chat.html');
  app.get('/web/*', (request, reply) => {
    const path = (request.params as { '*': string })['*'];
    const read = readerOf(path);
    if (read === null) return nothingAt(reply, path);
    return send(request, reply.type(TYPES[extname(path)]!), path, read);
  });
}

function nothingAt(reply: FastifyReply, path: string): FastifyReply {
  // The type of the file that was hoped for is not that of what is said of it.
  reply.removeHeader('content-type');
  return refuse(reply, 404, 'NOT_FOUND', `nothing is at /web/${path}`);
}

/** How a file is had that is served; null for any other. */
function readerOf(path: string): ((path: string) => Promise<string>) | null {
  if (MODULE.test(path)) return moduleAt;
  if (ASSET.test(path)) return assetAt;
  return Object.hasOwn(LIBRARY, path) ? libraryAt : null;
}

/** Nothing but what the broker itself serves: 'self' alone does not mean its WebSocket in every browser. */
function policyFor(host: string | undefined): string {
  const own = host !== undefined && HOST.test(host) ? ` ws://${host} wss://${host}` : '';
  return [
    "default-src 'self'",
    `connect-src 'self'${own}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ');
}

function assetAt(path: string): Promise<string> {
  return readFile(new URL(path, assets), 'utf8');
}

function libraryAt(path: string): Promise<string> {
  return readFile(new URL(LIBRARY[path]!, import.meta.resolve('uplot')), 'utf8');
}

/** The page names its module `.js`, as it is called in the package. */
async function moduleAt(path: string): Promise<string> {
  const source = await readFile(new URL(path.replace(/\.(?:js|ts)$/, ending), modules), 'utf8');
  return ending === '.ts' ? withoutTypes(source) : source;
}

async function withoutTypes(source: string): Promise<string> {
  quiet('stripTypeScriptTypes is an experimental');
  const { stripTypeScriptTypes } = await import('node:module');
  return stripTypeScriptTypes(source);
}
