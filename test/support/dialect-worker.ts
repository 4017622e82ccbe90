/**
 * A worker of Majordomo (its three forms), of the Paranoid Pirate Protocol or of a ZeroMQ course, on a bare socket: it does what the
 * failure tests' jobs say, is silent while it works, and registers again when it is told DISCONNECT.
 */

import { appendFileSync } from 'node:fs';
import { Dealer, Request } from 'zeromq';
import { sharedClock } from './poll.ts';
import type { Work } from './work.ts';

const HEARTBEAT_MS = 100;
const [dialect = '', address = '', service = ''] = process.argv.slice(2);

/** What a worker says and hears, in the bytes of its dialect. */
interface Words {
  readonly ready: (string | Buffer)[];
  readonly heartbeat: (string | Buffer)[];
  /** What stands in front of a job: its address comes behind, an empty frame, and the body. */
  readonly job: (string | Buffer)[];
  readonly answer: (string | Buffer)[];
  readonly disconnect: (string | Buffer)[] | null;
}

const byte = (value: number) => Buffer.of(value);

function majordomo(head: string[], final: number): Words {
  return {
    ready: [...head, byte(1), service],
    job: [...head, byte(2)],
    answer: [...head, byte(final)],
    heartbeat: [...head, byte(final + 1)],
    disconnect: [...head, byte(final + 2)],
  };
}

const words: Record<string, Words> = {
  'mdp-0.1': majordomo(['', 'MDPW01'], 3),
  'mdp-0.2': majordomo(['MDPW02'], 4),
  majortomo: majordomo(['', 'MDPW02'], 4),
  ppp: { ready: [byte(1)], heartbeat: [byte(2)], job: [], answer: [], disconnect: null },
};

if (dialect === 'classic') await workClassic();
else await workWithHeartbeats(words[dialect]!);

async function workClassic(): Promise<void> {
  const socket = new Request({ linger: 0 });
  socket.connect(address);
  await socket.send(['', '', 'READY', service, '0']);
  sayReady();
  for (;;) {
    const [client, , body] = await socket.receive();
    await socket.send([client!, '', await work(body!), '0']);
  }
}

async function workWithHeartbeats(own: Words): Promise<void> {
  let socket = connected();
  let busy = false;
  let sent = socket.send(own.ready);
  const send = (frames: (string | Buffer)[]) => {
    sent = sent.then(() => socket.send(frames));
    return sent;
  };
  setInterval(() => busy || send(own.heartbeat), HEARTBEAT_MS);
  sayReady();
  for (;;) {
    const frames = await socket.receive();
    if (own.disconnect !== null && begins(frames, own.disconnect)) {
      socket.close();
      socket = connected();
      await send(own.ready);
    } else if (frames.length > own.job.length + 2 && begins(frames, own.job)) {
      const [client, gap, body] = frames.slice(own.job.length);
      busy = true;
      const answer = await work(body!);
      busy = false;
      await send([...own.answer, client!, gap!, answer]);
    }
  }
}

function connected(): Dealer {
  const dealer = new Dealer({ linger: 0, reconnectInterval: 20 });
  dealer.connect(address);
  return dealer;
}

function begins(frames: Buffer[], head: (string | Buffer)[]): boolean {
  return head.every((frame, at) => frames[at]?.equals(Buffer.from(frame)));
}

async function work(body: Buffer): Promise<string> {
  const { job, wait = 0 } = JSON.parse(body.toString()) as Work;
  note('start', job);
  await new Promise((resolve) => setTimeout(resolve, wait));
  note('end', job);
  return `${job} by ${process.pid} in 1`;
}

function note(what: string, job: string): void {
  const line = { what, job, attempt: 1, fence: null, pid: process.pid, at: sharedClock() };
  appendFileSync(process.env.LATIDO_TEST_RECORD!, `${JSON.stringify(line)}\n`);
}

function sayReady(): void {
  process.stdout.write('{"event":"ready"}\n');
}
