import type { Token } from '../../core/outbox.ts';

const TOKEN = /^([0-9a-z]{1,7})\.([0-9a-z]{1,7})\.([0-9a-z]{1,7})$/;

/** What a plain worker is given as its client's address and echoes with the answer: the token of the attempt. */
export function addressOf(token: Token): Buffer {
  const { epoch, index, generation } = token;
  return Buffer.from([epoch, index, generation].map((n) => n.toString(36)).join('.'));
}

/** The token in an echoed address, or null when it is none. */
export function tokenOf(address: Uint8Array): Token | null {
  const match = TOKEN.exec(Buffer.from(address).toString('latin1'));
  if (match === null) return null;
  const [epoch, index, generation] = match.slice(1).map((digits) => Number.parseInt(digits, 36));
  return { epoch: epoch!, index: index!, generation: generation! };
}
