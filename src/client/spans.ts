import { answerSpan, type CallSpan, submitSpan } from '../telemetry/call-span.ts';
import { Verb } from '../wire/verbs.ts';
import type { Call } from './call.ts';

/** The span of a call that is about to be made; null without an SDK, and for one that only cancels. */
export function spanOf({ kept, type, body }: Call): CallSpan | null {
  if (kept === null || kept.verb === Verb.SUBMIT) return submitSpan(type, body.length);
  return kept.verb === Verb.ATTACH ? answerSpan() : null;
}
