import type { DemoOptions } from '../options.ts';
import { DemoCluster } from './demo-cluster.ts';
import { DemoLoad } from './demo-load.ts';
import { demoReport, demoWelcome } from './demo-text.ts';
import { freeAddresses } from './free-addresses.ts';
import { clock } from './log.ts';
import { stopAsked } from './stop.ts';

const REPORT_MS = 2000;
const PARENT_MS = 500;

/** `latido demo`: a broker, six workers and three clients in one terminal, until Ctrl-C. */
export async function demo(options: DemoOptions): Promise<number> {
  const stop = endAsked(options.seconds);
  const say = (text: string) => process.stdout.write(`${clock(new Date())} ${text}\n`);
  const cluster = new DemoCluster(await freeAddresses(options, say), options.restartMs, say);
  try {
    const addresses = await cluster.start();
    process.stdout.write(demoWelcome(addresses, cluster.processes));
    const load = new DemoLoad(addresses.frontend, options.jobsPerSecond);
    const timer = setInterval(async () => say(await demoReport(addresses.http, load)), REPORT_MS);
    say(`stopping (${await stop})`);
    clearInterval(timer);
    await load.close();
  } finally {
    await cluster.stop();
  }
  return 0;
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
