import { LatidoError } from '../errors.ts';
import type { Status } from '../view/status.ts';

const ANSWER_MS = 5000;

/** The status of the broker whose HTTP side is at `http`; throws NO_BROKER when none answers there. */
export async function brokerStatus(http: string): Promise<Status> {
  const address = `http://${http.replace(/^http:\/\//, '').replace(/\/$/, '')}`;
  try {
    const answer = await fetch(`${address}/api/status`, {
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    const found = (await answer.json()) as Status | null;
    if (!Array.isArray(found?.types) || !Array.isArray(found.workers))
      throw new Error('what answers is no broker of this version');
    return found;
  } catch (error) {
    throw new LatidoError(
      'NO_BROKER',
      `no broker answers at ${address} (${whyOf(error)}): start one, or name its address with --http`,
    );
  }
}

function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause as NodeJS.ErrnoException | undefined;
  return cause?.code ?? error.message;
}
