import { IoThread, type RouterSettings } from '../wire/router.ts';

/** What a side's socket is like, but for how large a message may be. */
export type Side = Omit<RouterSettings, 'maxMessageSize'>;

/**
 * The frontend. A client's host that is gone is noticed by the kernel, after 30 s: heartbeats of ten thousand clients would
 * keep libzmq's thread busy with their timers alone. TCP pushes back on a flood.
 */
export const clientSide: Side = {
  tcpKeepalive: 1,
  tcpKeepaliveIdle: 10,
  tcpKeepaliveInterval: 5,
  tcpKeepaliveCount: 4,
  tcpMaxRetransmitTimeout: 30_000,
  affinity: IoThread.CLIENTS,
  // Messages, each of which may hold a whole body, that the socket keeps for a client that does not read.
  sendHighWaterMark: 64,
  receiveHighWaterMark: 1000,
};

/**
 * The backend. A ping every second heartbeat, answered within two: a frozen worker is noticed after three on average, and a
 * hundred idle ones keep the broker half as busy as with a ping every heartbeat.
 */
export function workerSide(heartbeatMs: number): Side {
  return {
    heartbeatInterval: 2 * heartbeatMs,
    heartbeatTimeout: 2 * heartbeatMs,
    affinity: IoThread.WORKERS,
    sendHighWaterMark: 1000,
    receiveHighWaterMark: 0,
  };
}
