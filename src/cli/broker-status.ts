import { LatidoError } from '../errors.ts';

/** What GET /api/status answers, as far as the programs use it. */
export interface BrokerStatus {
  readonly name: string;
  readonly version: string;
  readonly epoch: number;
  readonly uptimeSeconds: number;
  readonly state: string;
  readonly clients: number;
  readonly types: readonly TypeStatus[];
  readonly workers: readonly WorkerStatus[];
}

export interface TypeStatus {
  readonly name: string;
  readonly waiting: number;
  readonly dispatched: number;
  readonly workers: number;
  readonly answered: number;
  readonly failed: number;
  readonly dead: number;
}

export interface WorkerStatus {
  readonly name: string;
  readonly instance: string;
  readonly dialect: string;
  readonly types: readonly string[];
  readonly state: string;
  readonly load: number;
  readonly capacity: number;
  readonly inflight: number;
  readonly done: number;
  readonly failed: number;
}

const ANSWER_MS = 5000;

/** The status of the broker whose HTTP side is at `http`; throws NO_BROKER when none answers there. */
export async function brokerStatus(http: string): Promise<BrokerStatus> {
  const address = `http://${http.replace(/^http:\/\//, '').replace(/\/$/, '')}`;
  try {
    const answer = await fetch(`${address}/api/status`, {
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return (await answer.json()) as BrokerStatus;
  } catch (error) {
    throw new LatidoError('NO_BROKER', `no broker answers at ${address} (${whyOf(error)})`);
  }
}

function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause as NodeJS.ErrnoException | undefined;
  return cause?.code ?? error.message;
}
