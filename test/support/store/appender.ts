import { sqlite } from './engine.ts';
import { keptOf } from './histories.ts';
import { Owner } from './owner.ts';

/** A process that submits, dispatches and ends jobs without end and prints the highest that is durable; it is to be killed. */
const owner = new Owner(sqlite, process.argv[2]!);
const { opened } = await owner.open();
const body = new Uint8Array(64).fill(65);
let number = opened.nextNumber;
process.stdout.write(`open ${number}\n`);
for (;;) {
  const first = number;
  for (; number < first + 50; number += 1) {
    owner.store.journal.submitted(keptOf(number, number), body, 0, body.length);
    if (number % 2 === 1) continue;
    owner.store.journal.attempt(number, { attempt: 1, worker: 'w', fence: number, at: 1 });
    owner.store.journal.ended(number, 0, 1, Date.now(), body, 0, 8);
  }
  await owner.commit();
  process.stdout.write(`${number - 1}\n`);
}
