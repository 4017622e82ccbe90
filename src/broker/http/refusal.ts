import type { FastifyReply } from 'fastify';
import { LatidoError } from '../../errors.ts';

/** The HTTP status of a code of the errors table; any other is a mistake of the broker's. */
const STATUS: Readonly<Record<string, number>> = {
  TOKEN_MISSING: 401,
  TOKEN_WRONG: 401,
  OPTION_INVALID: 400,
  MALFORMED: 400,
  JOB_UNKNOWN: 404,
  TYPE_UNKNOWN: 404,
  WORKER_UNKNOWN: 404,
  TYPE_DRAINING: 409,
  JOB_OPEN: 409,
  JOB_ENDED: 409,
  JOB_NOT_DEAD: 409,
  DEADLINE_PASSED: 409,
  FILE_EXISTS: 409,
  NO_STORE: 409,
  BUSY: 503,
  CLOSING: 503,
  DISK_FULL: 503,
  STORE_FAILED: 503,
};

/** Answers with an error in JSON. */
export function refuse(
  reply: FastifyReply,
  status: number,
  code: string,
  message: string,
): FastifyReply {
  return reply.code(status).send({ error: { code, message } });
}

/** Answers with what was thrown while a question was answered. */
export function refuseWith(reply: FastifyReply, error: Error): FastifyReply {
  if (error instanceof LatidoError) {
    return refuse(reply, STATUS[error.code] ?? 500, error.code, error.message);
  }
  const { statusCode = 500 } = error as Error & { statusCode?: number };
  return refuse(reply, statusCode, codeOf(statusCode), error.message);
}

/** What the server in between has refused gets a code of ours. */
function codeOf(status: number): string {
  if (status === 413) return 'BODY_TOO_LARGE';
  return status < 500 ? 'MALFORMED' : 'INTERNAL';
}
