import type { Mutant } from './mutant.ts';

const WORKERS = 'test/majordomo.test.ts';
const LOSSES = 'test/majordomo-losses.test.ts';
const CLIENTS = 'test/majordomo-clients.test.ts';
const DEDUPE = 'test/majordomo-dedupe.test.ts';
const TITANIC = 'test/titanic.test.ts';
const PPP = 'test/ppp.test.ts';

/** Bugs in what translates between other people's protocols and the core. */
export const dialectMutants: readonly Mutant[] = [
  {
    name: 'a Majordomo worker may say READY twice',
    file: 'src/wire/dialects/majordomo-worker.ts',
    find: "if (command === 'heartbeat') return;",
    put: "if (command === 'heartbeat' || command === 'ready') return;",
    tests: [WORKERS],
  },
  {
    name: 'a Majordomo worker that is busy is expired for being silent',
    file: 'src/wire/dialects/majordomo-worker.ts',
    find: 'worker.inflight === 0 && ',
    put: '',
    tests: [WORKERS],
  },
  {
    name: 'a Majordomo worker that is idle and silent stays',
    file: 'src/wire/dialects/majordomo-worker.ts',
    find: 'if (worker.inflight === 0 &&',
    put: 'if (worker.inflight < 0 &&',
    tests: [WORKERS],
  },
  {
    name: 'only heartbeats are signs of life of a Majordomo worker',
    file: 'src/wire/dialects/majordomo-worker.ts',
    find: '    this.#heardAt = now;\n',
    put: "    if (said.command === 'heartbeat') this.#heardAt = now;\n",
    tests: [WORKERS],
  },
  {
    name: 'a Majordomo worker may serve what the broker serves itself',
    file: 'src/wire/dialects/majordomo-worker.ts',
    find: 'isReserved(service) || ',
    put: '',
    tests: [WORKERS],
  },
  {
    name: 'the job of a Majordomo worker that is sent away stays with it',
    file: 'src/wire/dialects/majordomo-worker.ts',
    find: '    this.door.drop(reason);\n    this.dropped(now);\n',
    put: '    this.door.drop(reason);\n    this.worker = null;\n',
    tests: [WORKERS],
  },
  {
    name: 'an answer to an earlier broker counts',
    file: 'src/wire/dialects/plain-worker.ts',
    find: 'return tokenOf(address)?.epoch === this.door.broker.state.runs.epoch;',
    put: 'return tokenOf(address) !== null;',
    tests: [LOSSES],
  },
  {
    name: 'a plain worker hears in its next life of what it was given in the last',
    file: 'src/wire/dialects/plain-worker.ts',
    find: '    this.#out = [];\n    this.#durables = [];\n  }\n\n  pulse',
    put: '  }\n\n  pulse',
    tests: [LOSSES],
  },
  {
    name: 'a plain worker is given a durable job before that is durable',
    file: 'src/wire/dialects/plain-worker.ts',
    find: 'if (run.durable) this.#durables.push({ run, frames });\n    else ',
    put: '',
    tests: [TITANIC],
  },
  {
    name: 'answers that are to be in order come as they are ready',
    file: 'src/wire/dialects/reply-line.ts',
    find: 'if (!isOver) return;',
    put: 'if (!isOver) continue;',
    tests: [CLIENTS],
  },
  {
    name: 'a Majordomo client that did not read waits for what was given up with it',
    file: 'src/wire/dialects/majordomo-client.ts',
    find: '    this.#line.clear();\n',
    put: '',
    tests: [CLIENTS],
  },
  {
    name: 'a failing store swallows what was promised',
    file: 'src/wire/dialects/majordomo-client.ts',
    find: 'drop: () => settle(failed)',
    put: 'drop() {}',
    tests: [CLIENTS],
  },
  {
    name: 'who is there shares the job of who asks the same',
    file: 'src/wire/dialects/majordomo-client.ts',
    find: '    const isNew = again === null;\n',
    put: '    const isNew = again === null;\n    if (isNew) this.#orphans.add(hash, id, now + 5000);\n',
    tests: [DEDUPE],
  },
  {
    name: 'a repeated request is found after its time',
    file: 'src/wire/dialects/majordomo-client.ts',
    find: '    this.#giveUpOrphans(now);\n    const hash',
    put: '    const hash',
    tests: [DEDUPE],
  },
  {
    name: 'a Titanic request is accepted before it is durable',
    file: 'src/wire/dialects/titanic.ts',
    find: 'if (uuid !== undefined) this.#promise(call, [Buffer.from(uuid)]);',
    put: 'if (uuid !== undefined) this.#say(call, STATUS.OK, [Buffer.from(uuid)]);',
    tests: [TITANIC],
  },
  {
    name: 'a Titanic request that is closed while it runs goes on',
    file: 'src/wire/dialects/titanic.ts',
    find: '    if (found.open) operator.cancel(now, found);\n',
    put: '',
    tests: [TITANIC],
  },
  {
    name: 'one frame that looks like several is taken for them',
    file: 'src/wire/frames-body.ts',
    find: 'frames.length === 1 && !isPacked(frames[0]!)',
    put: 'frames.length === 1',
    tests: [PPP],
  },
  {
    name: 'a body whose frames end too late makes frames of what is not there',
    file: 'src/wire/frames-body.ts',
    find: 'if (body.length - at < LENGTH_BYTES) return [body];',
    put: '',
    tests: [PPP],
  },
];
