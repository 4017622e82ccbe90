import { request } from 'node:http';
import { readToken } from '../broker/http/admin-token.ts';
import { LatidoError } from '../errors.ts';
import type { ChangeOptions } from '../options.ts';

const ANSWER_MS = 30_000;

/**
 * What the HTTP side of the broker at `http` says of something, by whose field `mark` that is known. Throws what it refuses
 * with, or NO_BROKER.
 */
export async function lookAt<T extends object>(
  http: string,
  path: string,
  mark: keyof T & string,
  query: object = {},
  withinMs = ANSWER_MS,
): Promise<T> {
  const asked = Object.entries(query).filter(([, value]) => value !== '');
  const search = new URLSearchParams(Object.fromEntries(asked));
  const said = await ask<T>(http, asked.length === 0 ? path : `${path}?${search}`, withinMs);
  if (mark in said) return said;
  throw noBroker(http, 'what answers is no broker of this version');
}

/** Gives the broker an order, with the admin token; it takes as long as it takes. */
export function order<T>(options: ChangeOptions, path: string, body: object): Promise<T> {
  const text = JSON.stringify(body);
  const headers = {
    authorization: `Bearer ${tokenFrom(options)}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  };
  return ask<T>(options.http, path, 0, { headers, text });
}

function tokenFrom({ adminToken, data }: ChangeOptions): string {
  const token = adminToken === '' ? readToken(data) : adminToken;
  if (token !== null) return token;
  throw new LatidoError(
    'TOKEN_MISSING',
    `no admin token: ${data} holds none. Name the broker's data directory with --data, or set LATIDO_ADMIN_TOKEN`,
  );
}

function ask<T>(
  http: string,
  path: string,
  timeout: number,
  order: { headers: object; text: string } | null = null,
): Promise<T> {
  const gone = (why: string) => noBroker(http, why);
  const method = order === null ? 'GET' : 'POST';
  return new Promise<T>((resolve, reject) => {
    const asking = request(`http://${http}${path}`, {
      method,
      timeout,
      headers: { ...order?.headers },
    });
    asking.on('response', (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', (error) => reject(gone(whyOf(error))));
      answer.on('end', () => {
        const said = parsed(Buffer.concat(chunks).toString());
        if (said === null) reject(gone(`what answers is none: HTTP ${answer.statusCode}`));
        else if (answer.statusCode === 200) resolve(said as T);
        else reject(refusalIn(said) ?? gone(`HTTP ${answer.statusCode}`));
      });
    });
    asking.on('timeout', () => asking.destroy(new Error(`nothing in ${timeout} ms`)));
    asking.on('error', (error) => reject(gone(whyOf(error))));
    asking.end(order?.text);
  });
}

function noBroker(http: string, why: string): LatidoError {
  return new LatidoError(
    'NO_BROKER',
    `no broker answers at http://${http} (${why}): start one, or name its address with --http`,
  );
}

function parsed(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

function refusalIn(said: object): LatidoError | null {
  const { error } = said as { error?: { code?: unknown; message?: unknown } };
  const { code, message } = error ?? {};
  return typeof code === 'string' ? new LatidoError(code, String(message)) : null;
}

function whyOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.message;
}
