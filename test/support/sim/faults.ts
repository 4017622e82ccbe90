import type { Peer } from './peer.ts';
import { type FaultKind, faultKinds } from './plan.ts';
import type { Scene } from './scene.ts';

/** Does something bad to somebody. */
export function strike(world: Scene, kind: FaultKind): void {
  const { chance, clients, workers } = world;
  if (kind.endsWith('-client')) strikeClient(world, kind, chance.pick(clients));
  else if (kind.endsWith('-worker')) strikeWorker(world, kind, chance.pick(workers));
  else strikeBroker(world, kind);
}

/** Ends what lasts. */
export function heal(world: Scene): void {
  world.broker.thaw();
  for (const peer of [...world.clients, ...world.workers]) peer.goOn();
}

export { faultKinds };

function strikeClient(world: Scene, kind: FaultKind, client: Scene['clients'][number]): void {
  world.trace(() => `fault: ${kind} ${client.name}`);
  if (kind === 'cut-client') cut(world, client);
  else if (kind === 'stall-client') client.pause(world.chance.ms(10, 1500));
  else if (world.chance.yes(0.3)) client.close();
  else world.replaceClient(client);
}

function strikeWorker(world: Scene, kind: FaultKind, worker: Scene['workers'][number]): void {
  const { chance, plan } = world;
  world.trace(() => `fault: ${kind} ${worker.name}`);
  const { heartbeatMs } = plan.settings;
  if (kind === 'cut-worker') cut(world, worker);
  else if (kind === 'stall-worker') worker.pause(chance.ms(0.1, 6) * heartbeatMs);
  else if (kind === 'drain-worker') worker.drain();
  else if (kind === 'crash-worker') world.killWorker(worker);
  else freeze(world, worker, chance.ms(0.5, 12) * heartbeatMs);
}

function strikeBroker(world: Scene, kind: FaultKind): void {
  const { broker, chance, plan } = world;
  if (!broker.isUp && !(broker.isAlive && kind === 'crash-broker')) return;
  world.trace(() => `fault: ${kind}`);
  if (kind.endsWith('-store')) {
    strikeStore(world, kind);
    return;
  }
  if (kind === 'crash-broker') world.restartBroker();
  else if (kind === 'freeze-broker') broker.freeze(chance.ms(1, 15) * plan.settings.heartbeatMs);
  else if (!broker.core.state.draining && !broker.isFrozen) {
    const ms = chance.ms(20, 500);
    const { epoch } = broker;
    broker.drain(ms);
    world.timeline.after(ms + 50, () => {
      if (broker.epoch === epoch && broker.isUp) world.restartBroker();
    });
  }
}

function strikeStore({ broker, chance }: Scene, kind: FaultKind): void {
  if (broker.isFrozen) return;
  if (kind === 'slow-store') broker.store?.slow(chance.ms(50, 1500));
  else broker.store?.fail(chance.pick(['DISK_FULL', 'STORE_FAILED']));
}

/** The connection breaks: noticed at once, or by one side or both only after some time. */
function cut(world: Scene, peer: Peer): void {
  const { chance, plan } = world;
  const longMs = 3 * plan.settings.heartbeatMs;
  const noticed = () => (chance.yes(0.8) ? chance.ms(0, 5) : chance.ms(0, longMs));
  const brokerMs = noticed();
  const peerMs = noticed();
  const upMs = chance.yes(0.5) ? 0 : chance.ms(0, Math.min(brokerMs, 5));
  peer.link?.cut({ upMs, downMs: chance.yes(0.5) ? 0 : chance.ms(0, 5), brokerMs, peerMs });
}

/** Stopped as by SIGSTOP: after three heartbeats without an answer its connection is given up. */
function freeze(world: Scene, worker: Peer, ms: number): void {
  if (worker.isPaused || worker.isDead) return;
  worker.pause(ms);
  worker.isFrozen = true;
  const { chance, plan, timeline } = world;
  const { link } = worker;
  timeline.after(chance.ms(3, 4) * plan.settings.heartbeatMs, () => {
    if (worker.isFrozen && worker.link === link)
      link?.cut({ upMs: 0, downMs: chance.ms(0, 3), brokerMs: 0, peerMs: 0 });
  });
}
