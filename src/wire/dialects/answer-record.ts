import type { Ending } from '../../core/job.ts';
import { sentenceOf } from '../../errors.ts';
import type { Door } from '../door.ts';
import type { Reader } from '../reader.ts';
import { Status } from '../verbs.ts';

/** How an ANSWER or an ended OFFER says that its job has ended; null for what no worker may say. */
export function endingOf(reader: Reader): Ending | null {
  const { status } = reader;
  return status === Status.OK || status === Status.FAILED || status === Status.CANCELLED
    ? status
    : null;
}

/** The failure that stands for an answer that cannot be passed on. */
export function unusable(status: boolean): Buffer {
  const code = status ? 'MALFORMED' : 'BODY_TOO_LARGE';
  return Buffer.from(JSON.stringify({ code, message: sentenceOf(code) }));
}

/** Whether the record's body is as small as it has to be; one that is not is counted. */
export function fits(door: Door, reader: Reader): boolean {
  if (reader.bodyLength <= door.settings.bodyBytesMax) return true;
  door.drop('body-length');
  return false;
}
