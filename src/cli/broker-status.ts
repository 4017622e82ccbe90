import type { Status } from '../view/status.ts';
import { lookAt } from './broker-http.ts';

const ANSWER_MS = 5000;

/** The status of the broker whose HTTP side is at `http`; throws NO_BROKER when none answers there. */
export function brokerStatus(http: string): Promise<Status> {
  return lookAt<Status>(http, '/api/status', 'workers', {}, ANSWER_MS);
}
