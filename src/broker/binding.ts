import { LatidoError } from '../errors.ts';
import type { RouterSocket } from '../wire/router.ts';

/** The options that are bound to. */
const BOUND = ['frontend', 'backend', 'ppp', 'http'] as const;
const LOOPBACK = /^(?:ipc:\/\/|(?:tcp:\/\/)?(?:127(?:\.\d{1,3}){3}|localhost|\[::1\]):)/;

/** Binds, or says in a sentence why that cannot be. */
export async function bindTo(socket: RouterSocket, address: string): Promise<string> {
  try {
    return await socket.bind(address);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new LatidoError('ADDRESS_IN_USE', `another program listens on ${address}`);
    }
    throw new LatidoError('OPTION_INVALID', `cannot bind to ${address}: ${message}`);
  }
}

/** Peers are not asked who they are: addresses that other machines reach need the user's word. */
export function refuseOpenBind(
  addresses: Partial<Readonly<Record<(typeof BOUND)[number], string>>>,
): void {
  for (const option of BOUND) {
    const address = addresses[option] ?? 'off';
    if (address === 'off' || LOOPBACK.test(address)) continue;
    const where = `option '${option}' is ${address}, which other machines can reach`;
    throw new LatidoError(
      'INSECURE_BIND',
      `${where}: bind to 127.0.0.1, or accept that with --insecure`,
    );
  }
}
