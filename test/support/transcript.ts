/**
 * Stories told to the core in words: blocks of commands, `----`, and what the outboxes were asked for in that turn.
 * `node test/support/transcript.ts --update` writes the second halves anew.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Ending } from '../../src/core/job.ts';
import type { Settings } from '../../src/core/state.ts';
import { audit } from './audit.ts';
import type { TestClient } from './test-client.ts';
import type { TestWorker } from './test-worker.ts';
import { World } from './world.ts';

const FOLDER = new URL('../transcripts/', import.meta.url);
const RULE = '----';

export interface Transcript {
  readonly name: string;
  readonly text: string;
}

export function transcripts(): Transcript[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.txt'))
    .map((name) => ({ name, text: readFileSync(new URL(name, FOLDER), 'utf8') }));
}

/** The transcript as it would be written now. */
export function play({ text }: Transcript): string {
  const stage = new Stage();
  const blocks = text.trim().split(/\n\n+/);
  return `${blocks.map((block) => playBlock(stage, block)).join('\n\n')}\n`;
}

/** A block is one turn; one that is all comment stays as it is. */
function playBlock(stage: Stage, block: string): string {
  const lines = block.split('\n');
  if (lines.every((line) => line.startsWith('#'))) return block;
  const end = lines.indexOf(RULE);
  const commands = end < 0 ? lines : lines.slice(0, end);
  const errors = commands
    .filter((line) => !line.startsWith('#'))
    .flatMap((line) => stage.run(line));
  return [...commands, RULE, ...stage.turn(), ...errors].join('\n');
}

class Stage {
  #world: World | null = null;
  #settings: Partial<Settings> = {};
  #drained = false;

  get world(): World {
    this.#world ??= new World(this.#settings);
    return this.#world;
  }

  /** Does what the line says; returns what is wrong with the line. */
  run(line: string): string[] {
    try {
      this.#run(line);
      return [];
    } catch (error) {
      return [`ERROR: ${line}: ${(error as Error).message}`];
    }
  }

  /** Ends the turn; what was said in it. */
  turn(): string[] {
    const { world } = this;
    world.tick();
    const adopting = world.now < world.startedAt + world.settings.adoptMs;
    const wrong = audit(world.broker.state, { ticked: true, adopting, drained: this.#drained });
    return [...world.said(), ...wrong.map((sentence) => `WRONG: ${sentence}`)];
  }

  #run(line: string): void {
    const [verb = '', ...rest] = line.split(/\s+/);
    const words = rest.filter((word) => !word.includes('='));
    const pairs = rest.filter((word) => word.includes('=')).map((pair) => pair.split('='));
    const options = Object.fromEntries(pairs.map(([key, value]) => [key, Number(value)]));
    const command = commands[verb];
    if (verb === 'settings') this.#settings = options;
    else if (command === undefined) throw new Error('no such command');
    else command(this.world, words, options);
    if (verb === 'drain') this.#drained = true;
  }
}

type Command = (world: World, words: string[], options: Record<string, number>) => void;

const commands: Record<string, Command> = {
  client: (world, [name]) => void world.client(name!),
  worker: (world, [name, types, silent], { capacity = 1 }) =>
    void world.worker(name!, types!, { capacity, reports: silent === undefined }),
  submit: (world, [name, type, body, accept], { priority = 0, expires = 0, timeout = 0 }) =>
    void clientOf(world, name).submit(type!, body, {
      priority,
      expiresMs: expires,
      timeoutMs: timeout,
      acceptWanted: accept !== undefined,
    }),
  repeat: (world, [name, call]) => clientOf(world, name).say(Number(call), true),
  hello: (world, [name]) => clientOf(world, name).hello(),
  resumed: (world, [name]) => clientOf(world, name).resumed(),
  cancel: (world, [name, call]) => clientOf(world, name).cancel(Number(call)),
  received: (world, [name, count]) =>
    clientOf(world, name).received(count === undefined ? undefined : Number(count)),
  report: (world, [name, load], { seen, started }) =>
    workerOf(world, name).report(Number(load), seen, started),
  answer: (world, [name, label, body = '', failed]) =>
    workerOf(world, name).answer(label, body, failed === undefined ? Ending.OK : Ending.FAILED),
  part: (world, [name, label, text]) => workerOf(world, name).part(label!, text!),
  return: (world, [name, label]) => workerOf(world, name).handBack(label!),
  leave: (world, [name]) => workerOf(world, name).leave(),
  pause: ({ broker }, [type]) => void broker.operator.types.pause(broker.state.type(type!)!),
  'drain-type': ({ broker }, [type]) => void broker.operator.types.drain(broker.state.type(type!)!),
  resume: ({ broker }, [type]) => void broker.operator.types.resume(broker.state.type(type!)!),
  dismiss: (world, [name]) => world.broker.operator.dismiss(workerOf(world, name).core),
  away: (world, [name]) => peerOf(world, name).away(),
  gone: (world, [name]) => peerOf(world, name).gone(),
  frozen: (world, [name]) => workerOf(world, name).lost(),
  back: (world, [name, ...holding]) => back(world, peerOf(world, name), holding),
  after: (world, [ms]) => world.after(Number.parseInt(ms!, 10)),
  restart: (world) => world.restart(),
  drain: (world, [ms]) => world.broker.drain(world.now, Number.parseInt(ms!, 10)),
  status: (world) => void world.log.push(...status(world)),
};

/** Without words, with all it holds or has no answer to; `nothing` is none of it. */
function back(_world: World, peer: TestClient | TestWorker, holding: string[]): void {
  const words = holding.filter((word) => word !== 'nothing');
  if ('holds' in peer) peer.back(holding.length === 0 ? undefined : words);
  else peer.back(holding.length === 0 ? undefined : words.map(Number));
}

function status({ broker }: World): string[] {
  const { state } = broker;
  const types = [...state.types.values()].map(
    ({ name, waiting, dispatched }) => `${name}: ${waiting} waiting, ${dispatched} dispatched`,
  );
  const kept = [...state.clients].map(({ name, calls }) => `${name}: ${calls.size} jobs known`);
  return [...types, ...kept, `${state.slabs.heldBytes} bytes held, ${state.counts.stale} stale`];
}

function clientOf(world: World, name = ''): TestClient {
  const client = world.clients.find((one) => one.name === name);
  if (client === undefined) throw new Error(`no client ${name}`);
  return client;
}

function workerOf(world: World, name = ''): TestWorker {
  const worker = world.workers.find((one) => one.name === name);
  if (worker === undefined) throw new Error(`no worker ${name}`);
  return worker;
}

function peerOf(world: World, name = ''): TestClient | TestWorker {
  return world.workers.find((one) => one.name === name) ?? clientOf(world, name);
}

if (import.meta.main && process.argv.includes('--update')) {
  for (const one of transcripts()) writeFileSync(new URL(one.name, FOLDER), play(one));
}
