/** A client's session without a socket, and calls that write down what they are told. */

import { Call } from '../../src/client/call.ts';
import type { Kept } from '../../src/client/kept.ts';
import { ClientSession, type ClientSessionOptions } from '../../src/client/session.ts';
import type { Status } from '../../src/wire/verbs.ts';
import { type Said, say, u32 } from './fake-broker.ts';

export const SESSION = 77;
export const welcome: Said = { verb: 'WELCOME', a: 5, b: 250, body: u32(1000) };

export class Told extends Call {
  log: string[] = [];

  constructor(body = 'x', timeoutMs = 0, type = 'A', kept: Kept | null = null) {
    super(type, Buffer.from(body), { timeoutMs, answerTimeoutMs: 0, priority: 0 }, false, kept);
  }

  answer(status: Status, bytes: Uint8Array, at: number, length: number, attempts: number): void {
    this.log.push(`${status} ${Buffer.from(bytes.subarray(at, at + length))} ${attempts}`);
  }

  part(bytes: Uint8Array, attempt: number, progress: boolean): void {
    this.log.push(`part ${Buffer.from(bytes)} ${attempt} ${progress}`);
  }

  refused(code: string): void {
    this.log.push(code);
  }

  accepted(level: number): void {
    this.log.push(`accepted ${level}`);
  }
}

export function fresh(options: Partial<ClientSessionOptions> = {}) {
  return new ClientSession({ instance: Buffer.alloc(16, 1), ...options });
}

/** A session that is open at instant 0. */
export function open(options: Partial<ClientSessionOptions> = {}) {
  const session = fresh(options);
  session.connected(0);
  session.take(0);
  session.receive(0, say(SESSION, 0, welcome));
  session.take(0);
  return session;
}

export function handIn(session: ClientSession, ...calls: Told[]) {
  for (const call of calls) session.call(0, call);
  return calls;
}
