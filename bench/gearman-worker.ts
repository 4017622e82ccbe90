/** A Gearman worker that echoes, with many grabs on their way at once. */

import { GearmanSocket, Packet } from './gearman-socket.ts';

const NOTHING = new Uint8Array(0);

/** Answers each job of gearmand with its own body, for ever, asking for up to `capacity` jobs at once. */
export async function echoFromGearmand(address: string, capacity: number): Promise<void> {
  let grabs = 0;
  const socket = await GearmanSocket.connect(address, take);
  socket.write(Packet.CAN_DO, 'echo', NOTHING);
  grab();

  function grab(): void {
    for (; grabs < capacity; grabs++) socket.write(Packet.GRAB_JOB, '', NOTHING);
  }

  function take(packet: number, data: Buffer): void {
    switch (packet) {
      case Packet.JOB_ASSIGN:
        answer(data);
        return;
      case Packet.NO_JOB:
        grabs--;
        if (grabs === 0) socket.write(Packet.PRE_SLEEP, '', NOTHING);
        return;
      case Packet.NOOP:
        grab();
        return;
      default:
        throw new Error(`gearmand sent the worker packet ${packet}: ${data.toString()}`);
    }
  }

  function answer(data: Buffer): void {
    const handleEnd = data.indexOf(0);
    const bodyAt = data.indexOf(0, handleEnd + 1) + 1;
    const handle = data.toString('latin1', 0, handleEnd + 1);
    socket.write(Packet.WORK_COMPLETE, handle, data.subarray(bodyAt));
    socket.write(Packet.GRAB_JOB, '', NOTHING);
  }
}
