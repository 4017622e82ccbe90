import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Broker } from '../../core/broker.ts';
import { LatidoError } from '../../errors.ts';
import type { JobsSeen } from '../seen/jobs-seen.ts';
import type { Live } from '../seen/live.ts';
import { unknownType } from '../seen/status.ts';
import { workerOf, workerView } from '../seen/worker-view.ts';
import { refuse } from './refusal.ts';

const STREAMS_MAX = 64;
/** A stream whose reader is that far behind is ended: it comes again, and is told the whole. */
const BEHIND_BYTES_MAX = 4 * 1024 * 1024;
/** So often something is sent though nothing happens: whoever is between the two must not take it for dead. */
const BREATH_MS = 15_000;
const LIVES = 100;

/** What a stream that has ended is to wait before it comes again. */
const HEAD = 'retry: 500\n\n';
const STREAM = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-accel-buffering': 'no',
} as const;

/** Serves what is going on: the live stream, the last minutes, one worker, and jobs that were seen of late. */
export function liveRoutes(
  app: FastifyInstance,
  broker: Broker,
  live: Live,
  jobs: JobsSeen,
  now: () => number,
): void {
  app.get('/api/live', (request, reply) => {
    // A stream without a body would be open for ever, and count as one that is read.
    if (request.method === 'HEAD') return reply.headers(STREAM).send();
    if (live.feed.size >= STREAMS_MAX)
      return refuse(reply, 503, 'BUSY', `${STREAMS_MAX} live streams are open`);
    stream(reply, live);
    return reply;
  });
  app.get<{ Querystring: { type?: string } }>('/api/history', async ({ query }) => {
    const history = live.history.of(query.type ?? '');
    if (history === null) throw unknownType(query.type ?? '');
    return history;
  });
  app.get<{ Params: { key: string } }>('/api/workers/:key', async ({ params: { key } }) => {
    const worker = workerOf(broker, key);
    if (worker === null) throw new LatidoError('WORKER_UNKNOWN');
    return workerView(now(), broker, worker, live.history, live.happenings);
  });
  app.get('/api/lives', async () => ({ jobs: jobs.lives(LIVES) }));
}

function stream(reply: FastifyReply, { feed }: Live): void {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, STREAM);
  raw.write(HEAD);
  const leave = feed.join((event, json) => {
    if (raw.writableLength > BEHIND_BYTES_MAX) raw.destroy();
    else raw.write(`event: ${event}\ndata: ${json}\n\n`);
  });
  const breath = setInterval(() => raw.write(':\n\n'), BREATH_MS);
  breath.unref();
  raw.on('close', () => {
    clearInterval(breath);
    leave();
  });
}
