import test from 'ava';
import type { LogEvent } from '../src/broker/log.ts';
import { logWatcher } from '../src/broker/watcher.ts';
import { World } from './support/world.ts';

test('workers that come and go without end fill no log: what is not written is counted', (t) => {
  const written: LogEvent[] = [];
  let second = 0;
  const watcher = logWatcher(
    (event) => written.push(event),
    () => second,
  );
  const worker = new World().worker('w1', 'A').core;
  for (let i = 0; i < 1000; i++) watcher.worker(worker, 'joined');
  t.is(written.length, 200);
  second = 1;
  watcher.worker(worker, 'gone');
  t.deepEqual(
    written.slice(200).map(({ text, lines }) => [text, lines]),
    [
      ['more happened to workers than is written', 800],
      ['a worker is gone: its jobs go to others', undefined],
    ],
  );
});

test('the log has the key of a worker, by which those without a name are told apart', (t) => {
  const written: LogEvent[] = [];
  const worker = new World().worker('w1', 'A').core;
  logWatcher((event) => written.push(event)).worker(worker, 'joined');
  t.is(written[0]!.key, worker.identity);
});
