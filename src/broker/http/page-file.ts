import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';

const compress = promisify(gzip);

/** A file of a page as it is sent: made once, small, and not sent again to who has it. */
export class PageFile {
  readonly #text: string;
  readonly #zipped: Buffer;
  readonly #tag: string;

  private constructor(text: string, zipped: Buffer) {
    this.#text = text;
    this.#zipped = zipped;
    this.#tag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  }

  static async of(text: string): Promise<PageFile> {
    return new PageFile(text, await compress(text));
  }

  /** Whoever has it asks each time whether it is still the same: a broker that starts again may be a newer one. */
  send({ headers }: FastifyRequest, reply: FastifyReply): FastifyReply {
    reply.headers({ 'cache-control': 'no-cache', vary: 'accept-encoding', etag: this.#tag });
    const known = headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    if (known?.includes(this.#tag)) return reply.code(304).send();
    if (!/\bgzip\b/.test(headers['accept-encoding'] ?? '')) return reply.send(this.#text);
    return reply.header('content-encoding', 'gzip').send(this.#zipped);
  }
}
