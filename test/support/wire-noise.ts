import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Random } from './random.ts';

/** What a ZeroMQ socket says first: version 3.0, mechanism NULL. */
const GREETING = Buffer.alloc(64);
GREETING[0] = 0xff;
GREETING[9] = 0x7f;
GREETING[10] = 3;
GREETING.write('NULL', 12);
const READY = Buffer.from('\x04\x19\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER', 'latin1');
/** A frame that announces 2^62 bytes. */
const ENDLESS = Buffer.from('024000000000000000', 'hex');
/** A message whose frames do not end: each says that another follows. */
const MANY = Buffer.from('0100'.repeat(20_000), 'hex');

/** Bytes that are no ZeroMQ, or cease to be after a while, sent to a tcp:// address; the connection stays open. */
export async function makeNoise(address: string, random: Random): Promise<Socket> {
  const socket = connect(Number(address.slice(address.lastIndexOf(':') + 1)), '127.0.0.1');
  socket.on('error', () => {});
  socket.on('data', () => {});
  await once(socket, 'connect');
  socket.write(noise(random));
  return socket;
}

function noise(random: Random): Buffer {
  const garbage = random.bytes(random.pick([1, 10, 100, 5000]));
  return random.pick([
    garbage,
    Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
    GREETING.subarray(0, random.below(64)),
    Buffer.concat([GREETING, garbage]),
    Buffer.concat([GREETING, READY, garbage]),
    Buffer.concat([GREETING, READY, ENDLESS, garbage]),
    Buffer.concat([GREETING, READY, MANY]),
  ]);
}
