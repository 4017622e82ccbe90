import { Call, type CallNumbers } from '../../../src/client/call.ts';
import { ClientSession } from '../../../src/client/session.ts';
import { Status } from '../../../src/wire/verbs.ts';
import { Verdict } from '../judge.ts';
import { type Errand, newErrand } from './errand.ts';
import { Peer } from './peer.ts';
import type { World } from './world.ts';

const statusNames = Object.keys(Status);

/** One call of a client, which writes down how it ended. */
export class SimCall extends Call {
  readonly client: ClientPeer;
  readonly errand: Errand;
  readonly madeAt: number;
  /** How it ended for its caller; null while it has not. */
  end: string | null = null;
  endBody = '';
  isCancelled = false;

  constructor(client: ClientPeer, errand: Errand, numbers: CallNumbers, acceptWanted: boolean) {
    super(errand.type, Buffer.from(errand.body), numbers, acceptWanted);
    this.client = client;
    this.errand = errand;
    this.madeAt = client.clock();
  }

  get id(): string {
    return `${this.client.id}-${this.number}`;
  }

  answer(status: Status, bytes: Uint8Array, at: number, length: number): void {
    const body = Buffer.from(bytes.subarray(at, at + length)).toString();
    this.#ended(statusNames[status]!, body);
    this.client.world.witness.heard(this);
  }

  part(bytes: Uint8Array): void {
    if (!Buffer.from(bytes).toString().startsWith(this.errand.key))
      throw new Verdict(`${this.errand.key} is given a part of another job`);
  }

  refused(code: string): void {
    this.#ended(code, '');
  }

  accepted(): void {}

  #ended(end: string, body: string): void {
    const { world } = this.client;
    world.trace(() => `${this.client.name} hears of ${this.errand.key}: ${end} ${body}`);
    if (this.end !== null || this.isCancelled)
      throw new Verdict(`${this.errand.key} ended ${this.end}, and then ${end}`);
    this.end = end;
    this.endBody = body;
  }
}

/** A client: it makes calls until it has made enough. */
export class ClientPeer extends Peer {
  readonly instance: Buffer;
  readonly calls: SimCall[] = [];
  protected readonly driven: ClientSession;
  readonly #onEnd: () => void;

  constructor(world: World, name: string, onEnd: () => void) {
    super(world, name, 0);
    this.#onEnd = onEnd;
    this.instance = world.chance.bytes(16);
    const firstCall = world.chance.yes(0.1) ? world.chance.int(1, 0xfffff000) : 1;
    this.driven = new ClientSession({ instance: this.instance, name, firstCall });
    this.connect(0);
  }

  /** Calls that have not ended, and that it still wants to end. */
  get open(): SimCall[] {
    return this.calls.filter((call) => call.end === null && !call.isCancelled);
  }

  call(): void {
    const { chance, timeline } = this.world;
    this.do(() => {
      if (this.driven.ended) return;
      const errand = newErrand(this.world, `${this.name}/${this.calls.length}`);
      const call = new SimCall(this, errand, numbersFrom(this.world), chance.yes(0.2));
      this.calls.push(call);
      this.world.trace(() => `${this.name} calls ${errand.body.slice(0, 60)}`);
      this.driven.call(this.clock(), call);
      this.world.witness.called(call);
      this.wake();
      if (!this.world.plan.onlyPoison && chance.yes(0.06))
        timeline.after(chance.ms(0, 800), () => this.do(() => this.#cancel(call)));
    });
  }

  /** Leaves for good, with a goodbye. */
  close(): void {
    this.do(() => {
      this.driven.bye();
      this.wake();
    });
  }

  protected ended(): void {
    this.die();
    this.#onEnd();
  }

  #cancel(call: SimCall): void {
    if (call.end !== null) return;
    this.world.trace(() => `${this.name} cancels ${call.errand.key}`);
    call.isCancelled = true;
    this.driven.cancel(this.clock(), call);
    this.wake();
  }
}

function numbersFrom({ chance, plan }: World): CallNumbers {
  if (plan.onlyPoison) return { timeoutMs: 0, answerTimeoutMs: 0, priority: 0 };
  return {
    timeoutMs: chance.yes(0.1) ? chance.int(100, 3000) : 0,
    answerTimeoutMs: chance.yes(0.2) ? chance.int(150, 2000) : 0,
    priority: chance.yes(0.2) ? chance.int(-2, 2) : 0,
  };
}
