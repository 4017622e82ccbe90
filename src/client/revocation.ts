import { Verb } from '../wire/verbs.ts';
import { Call, type CallNumbers } from './call.ts';
import { Kept } from './kept.ts';

const NO_BYTES = new Uint8Array(0);
const NO_NUMBERS: CallNumbers = { timeoutMs: 0, answerTimeoutMs: 0, priority: 0 };

/** Cancels a kept job, now or when there is a session again. As it stands nobody is told of its end. */
export class Revocation extends Call {
  constructor(id: string) {
    super('', NO_BYTES, NO_NUMBERS, false, new Kept(Verb.REVOKE, id, false));
  }

  answer(): void {}

  part(): void {}

  refused(): void {}

  accepted(): void {}
}
