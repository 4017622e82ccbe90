import type { Mutant } from './mutant.ts';

const CORE = 'test/channels.test.ts';
const WIRE = 'test/channels-wire.test.ts';
const SDK = 'test/channels-sdk.test.ts';

/** Bugs in what is published and subscribed to. */
export const channelMutants: readonly Mutant[] = [
  {
    name: 'what a handler that failed has published is delivered',
    file: 'src/core/attempts.ts',
    find: 'if (published !== null && ending === Ending.OK)',
    put: 'if (published !== null)',
    tests: [CORE],
  },
  {
    name: 'what a durable job publishes leaves before its record',
    file: 'src/core/channels.ts',
    find: 'const durable = isDurable(job);',
    put: 'const durable = isDurable(job) && false;',
    tests: [CORE, WIRE],
  },
  {
    name: 'a delivery overtakes one that waits for its record',
    file: 'src/core/channels.ts',
    find: 'const follows = this.#durable && !delivery.durable;',
    put: 'const follows = false;',
    tests: [WIRE],
  },
  {
    name: 'a failed store leaves what was published in memory',
    file: 'src/core/broker.ts',
    find: '    this.channels.fail();\n',
    put: '',
    tests: [CORE],
  },
  {
    name: 'who comes back is not told that something is not remembered',
    file: 'src/core/channel.ts',
    find: 'return since >= this.#rememberedFrom &&',
    put: 'return',
    tests: [CORE],
  },
  {
    name: 'an offer forgets what its answer publishes',
    file: 'src/worker/run-record.ts',
    find: 'if (publishedBytes > 0) items.push(u32Item(Tag.PUBLISHED, publishedBytes));',
    put: '',
    tests: [SDK],
  },
  {
    name: 'a delivery that came twice is given twice',
    file: 'src/client/listener.ts',
    find: 'seq <= last || this.#isOver',
    put: 'this.#isOver',
    tests: [WIRE],
  },
];
