import { tell } from '../wire/tell.ts';
import { Status } from '../wire/verbs.ts';
import { Answer, errorOf, partOf } from './answer.ts';
import type { CallNumbers } from './call.ts';
import type { CallOptions } from './job-options.ts';
import type { Kept } from './kept.ts';
import { Promised } from './promised.ts';
import { levelName } from './terms.ts';

/** A call that waits for the answer of its job. */
export class Pending extends Promised<Answer, CallOptions> {
  constructor(
    type: string,
    body: Uint8Array,
    numbers: CallNumbers,
    options: CallOptions,
    kept: Kept | null,
  ) {
    super(type, body, numbers, options.onAccept !== undefined, kept, options);
  }

  answer(status: Status, bytes: Uint8Array, at: number, length: number, attempts: number): void {
    const answer = new Answer(bytes, at, length, attempts);
    this.span?.answered(attempts);
    if (status === Status.OK) this.resolve(answer);
    else this.reject(errorOf(status, answer));
  }

  part(bytes: Uint8Array, attempt: number, isProgress: boolean): void {
    const { onPart, onProgress } = this.options;
    if (onPart === undefined && onProgress === undefined) return;
    const part = partOf(bytes, attempt, isProgress);
    if (part.progress !== null && onProgress !== undefined)
      tell((progress) => onProgress(progress, attempt), part.progress);
    if (onPart !== undefined) tell(onPart, part);
  }

  accepted(level: number): void {
    this.span?.accepted(levelName(level));
    const { onAccept } = this.options;
    if (onAccept !== undefined) tell(onAccept, level);
  }
}
