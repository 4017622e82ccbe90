/** A client process of the bench: connects, says ready, drives the load when told, tells its figures. */

import { drive, type Span } from './driver.ts';
import { GearmanClient } from './gearman-client.ts';
import { settings, tell } from './leash.ts';
import { type Caller, PlainClient } from './plain.ts';

export interface ClientSettings {
  readonly through: 'latido' | 'forwarder' | 'gearmand';
  readonly address: string;
  readonly bodyBytes: number;
  /** Clients in this process, which take turns. */
  readonly clients: number;
  /** Latido's: how safe a job is to be, and what a call of the load waits for. */
  readonly level: 'memory' | 'disk';
  readonly until: 'accept' | 'answer';
}

const { through, address, bodyBytes, clients, level, until } = settings<ClientSettings>();
const body = Buffer.alloc(bodyBytes, 'latido');
const callers: Caller[] = [];
for (let i = 0; i < clients; i++) callers.push(await connect());
const caller = clients === 1 ? callers[0]! : inTurn(callers);

process.on('message', (message: { kind: string; span: Span }) => {
  if (message.kind !== 'drive') return;
  drive(caller, body, message.span)
    .then((figures) => tell({ kind: 'figures', figures }))
    .catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
});
// The first call proves the whole path, and leaves nothing of connecting to the measured span.
await caller.call(body);
tell({ kind: 'ready' });

async function connect(): Promise<Caller> {
  if (through === 'forwarder') return new PlainClient(address);
  if (through === 'gearmand') return GearmanClient.connect(address);
  const { Client } = await import('../src/index.ts');
  const client = new Client({ broker: address });
  if (until === 'accept') return { call: (job) => client.submit('echo', job, { level }) };
  if (level === 'disk') return { call: (job) => client.call('echo', job, { level }) };
  return { call: (job) => client.call('echo', job) };
}

function inTurn(all: readonly Caller[]): Caller {
  let next = 0;
  return { call: (job) => all[next++ % all.length]!.call(job) };
}
