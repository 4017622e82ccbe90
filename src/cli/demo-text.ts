import { demoOptions } from '../options.ts';
import { brokerStatus } from './broker-status.ts';
import type { DemoHome } from './demo-home.ts';
import type { DemoLoad } from './demo-load.ts';
import type { Addresses } from './free-addresses.ts';

interface DemoPlaces {
  readonly at: Addresses;
  readonly home: DemoHome;
  /** Of the admin; empty when it was given in the environment. */
  readonly token: string;
  /** Where each worker tells its metrics. */
  readonly sides: readonly string[];
}

/** What the demo says once: where everything is, and what to try next. */
export function demoWelcome(
  { at, home, token, sides }: DemoPlaces,
  processes: ReadonlyMap<string, number>,
): string {
  const pid = (name: string) => processes.get(name) ?? 0;
  const http = at.http === demoOptions.http.default ? '' : ` --http ${at.http}`;
  const broker = at.frontend === demoOptions.frontend.default ? '' : ` --broker ${at.frontend}`;
  const backend = at.backend === demoOptions.backend.default ? '' : ` --broker ${at.backend}`;
  return `
ready: the broker (pid ${pid('broker')}) and eight workers
  console  http://${at.http}/
  token    ${token || 'as in LATIDO_ADMIN_TOKEN'} (to change something there)
  clients  ${at.frontend}
  workers  ${at.backend}
  metrics  http://${at.http}/metrics, of the workers at ${portsOf(sides)}
  data     ${home.dir}${home.isOwn ? ', removed at the end' : ''}
  A        hashes, on the CPU   pids ${pid('A1')} ${pid('A2')}
  B        waits, like I/O      pids ${pid('B1')} ${pid('B2')}
  C        counts words         pids ${pid('C1')} ${pid('C2')}
  chat     delivers             pids ${pid('chat1')} ${pid('chat2')}

Try in another terminal:
  kill -9 ${pid('A1')}        a worker dies, its jobs run on the other one
  kill -9 ${pid('broker')}        the broker dies, every call is answered all the same
  npx latido status${http}
  npx client --type C "how many words"${broker}
  npx worker --type A${backend}
  npx client chat --nick you${broker}

`;
}

function portsOf(addresses: readonly string[]): string {
  return addresses.map((address) => address.replace(/^.*:/, ':')).join(' ');
}

/** The line that the demo says every other second. */
export async function demoReport(http: string, load: DemoLoad): Promise<string> {
  const { jobsPerSecond, failed, p99Ms } = load.take();
  const traffic = `${String(jobsPerSecond).padStart(4)} jobs/s, p99 ${p99Ms.toFixed(0)} ms`;
  const trouble = failed > 0 ? `, ${failed} failed` : '';
  try {
    const { types, workers } = await brokerStatus(http);
    const each = types.map((t) => `${t.name} ${t.waiting} waiting ${t.dispatched} in flight`);
    const alive = workers.filter((worker) => worker.state === 'alive').length;
    return `${[traffic + trouble, ...each, `${alive} workers alive`].join(' | ')}`;
  } catch {
    return `${traffic}${trouble} | the broker does not answer`;
  }
}
