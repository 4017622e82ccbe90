import { LatidoError } from '../errors.ts';
import { Client } from '../index.ts';

interface Settings {
  readonly broker: string;
  readonly name: string;
  readonly connectTimeoutMs: number;
}

/** Does something with a client, and closes it; a broker that is not there is named with its address. */
export async function withClient(
  { broker, name, connectTimeoutMs }: Settings,
  act: (client: Client) => Promise<number>,
): Promise<number> {
  const client = new Client({ broker, name, connectTimeoutMs });
  try {
    return await act(client);
  } catch (error) {
    if (!(error instanceof LatidoError) || error.code !== 'NO_BROKER') throw error;
    throw new LatidoError('NO_BROKER', `no broker answered at ${broker} in ${connectTimeoutMs} ms`);
  } finally {
    await client.close();
  }
}

/** Throws unless there is a type. */
export function requireType(type: string): void {
  if (type !== '') return;
  throw new LatidoError('OPTION_INVALID', "option '--type' is required, for example --type A");
}
