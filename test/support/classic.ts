/** The worker of a ZeroMQ course, as it is taught: a REQ socket that says it is there, and answers what it is given. */

import { appendFileSync } from 'node:fs';
import { Request } from 'zeromq';
import { sharedClock } from './poll.ts';

const [address, waitMs] = process.argv.slice(2);
const socket = new Request();
socket.connect(address!);
await socket.send(['', '', '']);
process.stdout.write('{"event":"ready"}\n');
for (;;) {
  const [client, , body] = await socket.receive();
  const job = body!.toString();
  note('start', job);
  await new Promise((resolve) => setTimeout(resolve, Number(waitMs)));
  note('end', job);
  await socket.send([client!, '', `${job} by ${process.pid} in 1`]);
}

function note(what: string, job: string): void {
  const line = { what, job, attempt: 1, pid: process.pid, at: sharedClock() };
  appendFileSync(process.env.LATIDO_TEST_RECORD!, `${JSON.stringify(line)}\n`);
}
