import { isIP } from 'node:net';
import { LatidoError } from '../../errors.ts';

/** What an HTTP side listens on. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** The parts of `host:port`; an IPv6 address has brackets there, and none here. */
export function split(address: string): HostPort {
  const at = address.lastIndexOf(':');
  return {
    host: address.slice(0, at).replace(/^\[(.*)\]$/, '$1'),
    port: Number(address.slice(at + 1)),
  };
}

/** The other way round. */
export function joined({ host, port }: HostPort): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Whether only this machine can reach it. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/**
 * Whether a Host header names this machine. A page of another site can make a browser ask a name of its own that it points
 * here; it cannot make it ask a bare address or localhost under its own origin.
 */
export function isLocalName(header: string | undefined): boolean {
  if (header === undefined) return true;
  const { host } = split(/:\d+$/.test(header) ? header.toLowerCase() : `${header.toLowerCase()}:`);
  return isIP(host) !== 0 || host === 'localhost' || host.endsWith('.localhost');
}

/** Why nothing can listen there, as an error for people. */
export function listenError(address: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') {
    return new LatidoError('ADDRESS_IN_USE', `another program listens on ${address}`);
  }
  if (code === undefined) return error;
  return new LatidoError('OPTION_INVALID', `option 'http' cannot be ${address} here (${code})`);
}
