/** A process with three consoles' worth of live streams, as a page has them: it reads each event, and asks for the history. */

import { get } from 'node:http';
import { settings, tell } from './leash.ts';

const CONSOLES = 3;
const HISTORY_MS = 5000;

interface Watched {
  readonly http: string;
}

const { http } = settings<Watched>();
let events = 0;
let open = 0;

for (let i = 0; i < CONSOLES; i++) {
  get(`${http}/api/live`, (answer) => {
    if (++open === CONSOLES) tell({ kind: 'ready' });
    let text = '';
    answer.setEncoding('utf8').on('data', (chunk: string) => {
      const blocks = (text + chunk).split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) {
        const at = block.indexOf('data: ');
        if (at < 0) continue;
        JSON.parse(block.slice(at + 6));
        events++;
      }
    });
  });
}

setInterval(() => {
  for (let i = 0; i < CONSOLES; i++) get(`${http}/api/history`, (answer) => answer.resume());
}, HISTORY_MS);

process.on('message', (message: { kind: string }) => {
  if (message.kind === 'count') tell({ kind: 'count', events });
});
