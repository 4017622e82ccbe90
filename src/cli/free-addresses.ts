import { createServer } from 'node:net';

export interface Addresses {
  readonly frontend: string;
  readonly backend: string;
  readonly http: string;
}

/** The same addresses, each whose port is taken replaced by a free one of this machine; says so. */
export async function freeAddresses(
  { frontend, backend, http }: Addresses,
  say: (text: string) => void,
): Promise<Addresses> {
  const freeOr = async (address: string, free: string) => {
    if (await isFree(address)) return address;
    say(`${address} is in use: taking a free port instead`);
    return free;
  };
  return {
    frontend: await freeOr(frontend, 'tcp://127.0.0.1:*'),
    backend: await freeOr(backend, 'tcp://127.0.0.1:*'),
    http: await freeOr(http, '127.0.0.1:0'),
  };
}

/** Whether nothing listens there: a port of this machine, or an address of which that cannot be told. */
export function isFree(address: string): Promise<boolean> {
  const [, host = '', port = ''] = /^(?:tcp:\/\/)?\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
  // A wildcard port, or another transport: the broker finds out.
  if (host === '' || host === '*') return Promise.resolve(true);
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(Number(port), host, () => probe.close(() => resolve(true)));
  });
}
