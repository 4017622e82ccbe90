import { readToken } from '../broker/http/admin-token.ts';
import type { DemoOptions } from '../options.ts';
import { DemoChat } from './demo-chat.ts';
import { DemoCluster } from './demo-cluster.ts';
import { DemoHome } from './demo-home.ts';
import { DemoKept } from './demo-kept.ts';
import { DemoLoad } from './demo-load.ts';
import { demoReport, demoWelcome } from './demo-text.ts';
import { type Addresses, freeAddresses } from './free-addresses.ts';
import { clock } from './log.ts';
import { stopAsked } from './stop.ts';

const REPORT_MS = 2000;
const PARENT_MS = 500;
const KILL_MS = 15_000;
/** So many jobs at level memory to one that is kept. */
const MEMORY_TO_KEPT = 30;
const KEPT_MS_MIN = 50;

type Say = (text: string) => void;

/** `latido demo`: a broker, its workers, clients and people who talk, in one terminal, until Ctrl-C. */
export async function demo(options: DemoOptions): Promise<number> {
  const stop = endAsked(options.seconds);
  const say = (text: string) => process.stdout.write(`${clock(new Date())} ${text}\n`);
  const { chaos, restartMs } = options;
  const addresses = await freeAddresses(options, say);
  const home = await DemoHome.at(options.data);
  const cluster = new DemoCluster({ addresses, data: home.dir, chaos, restartMs }, say);
  try {
    const at = await cluster.start();
    const token = readToken(home.dir) ?? '';
    const places = { at, home, token, sides: cluster.sides };
    process.stdout.write(demoWelcome(places, cluster.processes));
    const end = play(options, at, cluster, say);
    say(`stopping (${await stop})`);
    await end();
  } finally {
    await cluster.stop();
    await home.close();
  }
  return 0;
}

/** Everything that happens in the demo; ends with what it returns. */
function play(options: DemoOptions, at: Addresses, cluster: DemoCluster, say: Say) {
  const { chaos, jobsPerSecond } = options;
  const load = new DemoLoad(at.frontend, jobsPerSecond);
  const kept = new DemoKept(
    at.frontend,
    Math.max(KEPT_MS_MIN, (MEMORY_TO_KEPT * 1000) / jobsPerSecond),
  );
  const chat = new DemoChat(at.frontend);
  const timers = [setInterval(async () => say(await demoReport(at.http, load)), REPORT_MS)];
  if (chaos) timers.push(setInterval(() => cluster.killOne(), KILL_MS));
  return async () => {
    for (const timer of timers) clearInterval(timer);
    await Promise.all([load.close(), kept.close(), chat.close()]);
  };
}

/** A stop, the end of the time given, or the end of the terminal that started this. */
function endAsked(seconds: number): Promise<string> {
  const parent = process.ppid;
  return Promise.race([
    stopAsked(),
    new Promise<string>((resolve) => {
      const watch = () => process.ppid !== parent && resolve('the parent is gone');
      setInterval(watch, PARENT_MS).unref();
      if (seconds > 0) setTimeout(resolve, seconds * 1000, `${seconds} s are over`).unref();
    }),
  ]);
}
