/** A question that the broker declined to answer, or could not be asked. */
export class Refused extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status: number) {
    // Some of what the broker says is a sentence with its full stop: here others are made of it.
    super(message.replace(/\.$/, ''));
    this.code = code;
    this.status = status;
  }
}

/** Asks the broker; throws Refused. */
export async function ask<T>(path: string): Promise<T> {
  return (await (await request(path, {})).json()) as T;
}

/** Gives an order; throws Refused. */
export async function order<T>(path: string, token: string, body: object = {}): Promise<T> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  return (await (await request(path, init)).json()) as T;
}

async function request(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    throw new Refused('UNREACHABLE', 'the broker does not answer', 0);
  }
  if (response.ok) return response;
  const said = (await response.json().catch(() => ({}))) as { error?: Partial<Refused> };
  const { code = 'INTERNAL', message = `the broker answered ${response.status}` } =
    said.error ?? {};
  throw new Refused(code, message, response.status);
}
