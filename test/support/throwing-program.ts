/** A program whose own functions throw, and that goes on where others would end: what it hears of its jobs then. */

import { Client, Worker } from '../../src/index.ts';
import { until } from './poll.ts';

const [frontend = '', backend = ''] = process.argv.slice(2);
const uncaught: string[] = [];
const heard: string[] = [];
process.on('uncaughtException', ({ message }) => uncaught.push(message));

function fault(where: string): () => never {
  return () => {
    throw new Error(where);
  };
}

const worker = new Worker({ broker: backend, load: fault('load'), onEvent: fault('worker') });
worker.handle('A', (job) => {
  job.part('part');
  job.progress(0.5);
  job.publish('news', 'some');
  return 'answer';
});
await worker.start();

const client = new Client({ broker: frontend, onEvent: fault('client') });
const chat = client.chat({ nick: 'Ana', onNews: fault('chat') });
await client.subscribe('news', { onDelivery: fault('onDelivery') });
const listeners = {
  onAccept: fault('onAccept'),
  onPart: fault('onPart'),
  onProgress: fault('onProgress'),
};
const calls = [client.call('A', '', listeners), client.call('A', '')];
for (const answer of await Promise.all(calls)) heard.push(answer.text());
heard.push((await client.call('A', '')).text());
await until('the chat', () => chat.online);
await until('the deliveries', () => uncaught.filter((at) => at === 'onDelivery').length === 3);
await client.close();
await worker.drain();
process.stdout.write(JSON.stringify({ heard, uncaught: [...new Set(uncaught)].sort() }));
