import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LatidoError } from '../../errors.ts';
import type { Admin } from '../admin.ts';
import {
  type JobsMeant,
  jobPageFrom,
  jobsMeantBy,
  letterPageFrom,
  lettersMeantBy,
} from '../seen/job-query.ts';
import type { AdminToken } from './admin-token.ts';
import { refuse } from './refusal.ts';

const BODY_BYTES_MAX = 8192;
/** A list of ids. */
const LIST_BYTES_MAX = 256 * 1024;
const IDS_MAX = 1000;

interface WithId {
  Params: { id: string };
}

/** Who may look at the jobs of a broker, and change them. */
export interface AdminSide {
  readonly admin: Admin;
  /** Null: nobody may change anything. */
  readonly token: AdminToken | null;
}

/** Serves jobs to whoever looks, and orders to whoever has the token. */
export function adminRoutes(app: FastifyInstance, { admin, token }: AdminSide): void {
  const { seen } = admin;
  app.get('/api/jobs', ({ query }) => seen.list(jobPageFrom(query, seen.wall())));
  app.get('/api/dead', ({ query }) => seen.list(letterPageFrom(query, seen.wall())));
  app.get<WithId>('/api/jobs/:id', async ({ params }) => known(await seen.show(params.id)));
  for (const which of ['body', 'answer'] as const) {
    app.get<WithId>(`/api/jobs/:id/${which}`, async ({ params }, reply) => {
      const bytes = known(await seen.bytes(params.id, which));
      return reply.type('application/octet-stream').send(Buffer.from(bytes));
    });
  }
  app.register((orders, _options, done) => {
    orderRoutes(orders, admin, token);
    done();
  });
}

function orderRoutes(app: FastifyInstance, admin: Admin, token: AdminToken | null): void {
  const { seen } = admin;
  app.addHook('onRequest', async (request, reply) => guard(request, reply, token));
  const one = (path: string, act: (id: string) => Promise<void>) => {
    app.post<WithId>(path, async ({ params }) => {
      await act(params.id);
      return { done: 1 };
    });
  };
  const many = (
    path: string,
    act: (meant: JobsMeant) => Promise<object>,
    actOn: (id: string) => Promise<void>,
  ) => {
    const meantBy = path.startsWith('/api/dead') ? lettersMeantBy : jobsMeantBy;
    app.post(path, { bodyLimit: LIST_BYTES_MAX }, ({ body }) => {
      const ids = fieldOf(body, 'ids');
      if ((ids ?? null) === null) return act(meantBy(fieldOf(body, 'filter'), seen.wall()));
      return admin.each(checkedIds(ids), actOn);
    });
  };
  const cancel = (id: string) => admin.cancel(id);
  const retry = (id: string) => admin.retry(id);
  const drop = (id: string) => admin.drop(id);
  one('/api/jobs/:id/cancel', cancel);
  many('/api/jobs/cancel', (meant) => admin.cancelAll(meant), cancel);
  one('/api/dead/:id/retry', retry);
  many('/api/dead/retry', (meant) => admin.retryAll(meant), retry);
  one('/api/dead/:id/drop', drop);
  many('/api/dead/drop', (meant) => admin.dropAll(meant), drop);
  for (const verb of ['pause', 'drain', 'resume'] as const) {
    one(`/api/types/:id/${verb}`, (name) => admin.order(name, verb));
  }
  one('/api/workers/:id/drain', (key) => admin.dismiss(key));
  app.post('/api/token', async () => ({ done: 1 }));
  app.post('/api/store/backup', { bodyLimit: BODY_BYTES_MAX }, async (request) => {
    const file = fieldOf(request.body, 'file');
    if (typeof file !== 'string') throw new LatidoError('OPTION_INVALID', 'a file is needed');
    // It takes as long as the store is large.
    request.raw.socket.setTimeout(0);
    await admin.backup(file);
    return { file };
  });
}

/** An order needs the token, JSON, and no page of another site behind it. */
function guard(
  request: FastifyRequest,
  reply: FastifyReply,
  token: AdminToken | null,
): FastifyReply | undefined {
  const { authorization, origin, host } = request.headers;
  if (origin !== undefined && !isSameHost(origin, host)) {
    return refuse(reply, 403, 'ORIGIN_REFUSED', `a page of ${origin} gives no orders here`);
  }
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    return refuse(reply, 415, 'MEDIA_TYPE_REFUSED', 'an order is application/json');
  }
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  const code = token === null || given === undefined ? 'TOKEN_MISSING' : 'TOKEN_WRONG';
  if (token !== null && given !== undefined && token.matches(given)) return undefined;
  reply.header('www-authenticate', 'Bearer');
  return refuse(reply, 401, code, sentences[token === null ? 'NO_TOKEN' : code]);
}

const sentences = {
  NO_TOKEN:
    'this broker has no admin token, because it keeps no data: set LATIDO_ADMIN_TOKEN for it, and for this command',
  TOKEN_MISSING:
    "the admin token is needed: it is in the file admin-token of the broker's data directory, or what its LATIDO_ADMIN_TOKEN says",
  TOKEN_WRONG: 'the admin token is not that of this broker',
} as const;

function isSameHost(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  return URL.canParse(`http://${host}`) && new URL(origin).host === new URL(`http://${host}`).host;
}

function checkedIds(ids: unknown): string[] {
  const isList = Array.isArray(ids) && ids.every((id) => typeof id === 'string');
  if (isList && ids.length > 0 && ids.length <= IDS_MAX) return ids;
  throw new LatidoError('OPTION_INVALID', `ids must be a list of 1 to ${IDS_MAX} ids of jobs`);
}

function fieldOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : null;
}

function known<T>(found: T | null): T {
  if (found === null) throw new LatidoError('JOB_UNKNOWN');
  return found;
}
