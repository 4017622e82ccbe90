import { LatidoError } from '../../errors.ts';
import type { TopOptions } from '../../options.ts';
import { jsonLine, rendered } from '../chat/line.ts';
import { print } from '../print.ts';
import { stopAsked } from '../stop.ts';
import { Feed } from './feed.ts';
import { firstLook } from './look.ts';
import { wholePicture } from './picture.ts';
import { TopTerminal } from './terminal.ts';
import { Watch } from './watch.ts';

/** How long is looked before one picture is made: rates need it. */
const LOOK_MS = 1200;
const WIDTH = 80;

/** The program `top`: at a terminal until somebody leaves; else one picture; with --json the events as they come. */
export async function runTop({ http, json, once }: TopOptions): Promise<number> {
  if (json) return passOn(http, once);
  const isTerminal = process.stdout.isTTY === true && process.env.TERM !== 'dumb';
  return isTerminal && !once ? watchAt(http) : printOnce(http);
}

async function watchAt(http: string): Promise<number> {
  const terminal = new TopTerminal(http);
  const hangup = new Promise<void>((resolve) => process.once('SIGHUP', () => resolve()));
  try {
    terminal.open();
    await Promise.race([terminal.left, stopAsked(), hangup]);
  } finally {
    terminal.close();
  }
  return 0;
}

async function printOnce(http: string): Promise<number> {
  const watch = await looked(http);
  const lines = wholePicture({ watch, look: firstLook, now: Date.now() }, columns());
  await print(lines.map((line) => `${rendered(line, false).trimEnd()}\n`).join(''));
  return 0;
}

function columns(): number {
  return process.stdout.columns || WIDTH;
}

/** A broker that was looked at for a moment. */
function looked(http: string): Promise<Watch> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const watch = new Watch(http, () => {
      if (watch.silence !== null) {
        clearTimeout(timer);
        watch.stop();
        reject(notThere(http, watch.silence.why));
      } else if (watch.model.figures !== null) {
        timer ??= setTimeout(() => {
          watch.stop();
          resolve(watch);
        }, LOOK_MS);
      }
    });
    watch.start();
  });
}

/** A JSON line an event, until it is stopped; `event` says which. A broker that goes away is one, too. */
function passOn(http: string, once: boolean): Promise<number> {
  return new Promise((resolve, reject) => {
    let wasThere = false;
    const write = (event: object) => print(`${jsonLine(event)}\n`);
    const end = () => {
      feed.close();
      resolve(0);
    };
    const feed = new Feed(http, {
      onEvent: (event) => {
        wasThere = true;
        const written = write(event);
        if (once) void written.then(end);
      },
      onLost: (why) => {
        if (wasThere) return void write({ event: 'lost', at: Date.now(), why });
        feed.close();
        reject(notThere(http, why));
      },
    });
    void stopAsked().then(end);
  });
}

function notThere(http: string, why: string): LatidoError {
  return new LatidoError('NO_BROKER', `no broker answers at http://${http} (${why})`);
}
