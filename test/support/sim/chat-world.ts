import { Chat } from '../../../src/chat/chat.ts';
import type { Broker } from '../../../src/core/broker.ts';
import type { Client } from '../../../src/core/client.ts';
import { ChatJudge } from '../chat-judge.ts';
import { Verdict } from '../judge.ts';
import { type ChatPlan, chatPlanFrom, kindOf } from './chat-plan.ts';
import { ChatWitness } from './chat-witness.ts';
import { ChatWorkerPeer } from './chat-worker-peer.ts';
import { heal } from './faults.ts';
import type { Person } from './person.ts';
import { PersonPeer } from './person-peer.ts';
import { Scene } from './scene.ts';
import type { WorkerKind } from './worker-peer.ts';

/** When nothing goes wrong any more, everything must have ended and been shown within this. */
const ENDED_WITHIN_MS = 300_000;
/** Until the broker has been told of all that was shown, and people of who came and went. */
const QUIET_MS = 5000;
const DURABLE_NOTES = /chat\/post\//;

/** People who chat, workers of type chat and one broker, made of the real code, in virtual time. */
export class ChatWorld extends Scene<ChatPlan> {
  readonly witness: ChatWitness;
  readonly judge: ChatJudge;
  readonly clients: PersonPeer[] = [];
  readonly workers: ChatWorkerPeer[] = [];
  readonly #people: Person[] = [];
  #chat!: Chat;
  #made = 0;

  constructor(seed: number, traced = false) {
    super(seed, chatPlanFrom, traced);
    this.witness = new ChatWitness(this);
    this.judge = new ChatJudge(this.plan);
  }

  /** The chat moves in. Its messages are jobs of a client that is no guest, known when it has handed in the first. */
  override moveIn(core: Broker): ReadonlySet<Client> {
    this.#chat = new Chat(core, this.plan.chat, (key) => `digest of ${key}`);
    const residents = new Set<Client>();
    const submit = core.submit.bind(core);
    core.submit = (now, client, ...rest) => {
      residents.add(client);
      submit(now, client, ...rest);
    };
    return residents;
  }

  /** Private messages are owed from now on, also if nothing of an earlier broker is known. */
  cameOnline({ nick, key }: Person): void {
    const { isKept, isSteady } = this.plan;
    if (isSteady || (isKept && key !== '')) this.judge.owes('private', nick, nick);
  }

  /** Somebody's program dies, and is started again. */
  replaceClient(client: PersonPeer): void {
    if (!client.isDead) client.die();
    const at = this.clients.indexOf(client);
    if (at < 0) return;
    this.clients.splice(at, 1);
    if (this.isLeaving) return;
    const isReload = client.canReload && this.chance.yes(0.5);
    this.#addPerson(client.person, isReload ? client : null);
  }

  killWorker(worker: ChatWorkerPeer): void {
    if (worker.isDead) return;
    worker.die();
    this.#workerEnded(worker);
  }

  protected async course(): Promise<void> {
    const { plan } = this;
    this.trace(() => JSON.stringify(plan));
    this.broker.start();
    for (let i = 0; i < plan.workers; i++) this.#addWorker(this.#kind(i));
    for (let i = 0; i < plan.people; i++) this.#addPerson(this.#newPerson(i));
    if (plan.isCalm) await this.#wait('people do not come in', () => this.#isDone());
    this.#planDeeds();
    this.planFaults();
    await this.runRestless();
    heal(this);
    await this.#wait('something is not done', () => this.#isDone());
    this.#gather();
    await this.#wait('not all has ended and been shown', () => this.#isDone() && this.#isShown());
    await this.#quiet();
    this.judge.finish();
    this.#isEven();
    this.#everybodySeesWhoIsThere();
    this.judge.settle();
    await this.#comeAgain();
    await this.#leave();
  }

  protected leftovers(): string[] {
    const asking = this.clients.flatMap(({ name, asked, session }) => {
      return asked > 0 || !session.online ? [`${name} asks ${asked}`] : [];
    });
    return [...asking, ...this.judge.open().slice(0, 5), ...this.#inBroker()];
  }

  /** Nothing is open in the broker. */
  #inBroker(): string[] {
    if (!this.broker.isUp) return ['the broker is down'];
    const { state } = this.broker.core;
    if (!this.plan.keepsNothing && state.storeRefusal !== null) return ['the store is closed'];
    const counts = { waiting: state.waiting, runs: state.runs.size };
    return Object.entries(counts).flatMap(([name, count]) =>
      count === 0 ? [] : [`${name} ${count}`],
    );
  }

  #wait(what: string, over: () => boolean): Promise<void> {
    return this.wait(what, ENDED_WITHIN_MS, over);
  }

  async #quiet(): Promise<void> {
    const until = this.timeline.now + QUIET_MS;
    await this.timeline.run(() => this.check(this.timeline.now >= until), until);
  }

  #isDone(): boolean {
    return this.clients.every(({ asked, session }) => asked === 0 && session.online);
  }

  #isShown(): boolean {
    return this.judge.open().length === 0 && this.#inBroker().length === 0;
  }

  /** Everybody goes wherever something may wait for it. */
  #gather(): void {
    for (const client of this.clients) {
      for (const room of this.plan.rooms) {
        client.join(room);
        if (kindOf(room) === 'queue' && !this.plan.isCalm) client.take(room, true);
      }
    }
  }

  #isEven(): void {
    if (!this.plan.isCalm) return;
    for (const room of this.plan.rooms.filter((name) => kindOf(name) === 'queue')) {
      const takers = this.#people.filter(({ takes, homes }) => takes && homes.has(room));
      if (takers.length > 1)
        this.judge.evenly(
          room,
          takers.map(({ nick }) => nick),
        );
    }
  }

  #everybodySeesWhoIsThere(): void {
    for (const { name, session } of this.clients) {
      for (const { room, people, count } of session.rooms.values()) {
        const { channel } = this.#chat.rooms.get(room)!;
        const there = [...channel.all].map((member) => member.name).sort();
        if (count !== there.length || [...people].sort().join() !== there.join())
          throw new Verdict(`${name} sees ${people} (${count}) in ${room}: ${there} are there`);
      }
    }
  }

  /** Nothing that was shown comes again: not when a broker and programs that remember nothing come in their place. */
  async #comeAgain(): Promise<void> {
    if (!this.plan.isKept) return;
    for (const client of [...this.clients]) client.close();
    await this.#quiet();
    this.restartBroker();
    await this.#wait('people do not come back', () => this.broker.isUp && this.#isDone());
    this.#gather();
    await this.#wait('people do not gather', () => this.#isDone());
    await this.#quiet();
    for (const { kept, body } of this.disk.open()) {
      if (DURABLE_NOTES.test(kept.id))
        throw new Verdict(`${kept.id} is kept, and all have seen it: ${Buffer.from(body)}`);
    }
  }

  /** Everybody says goodbye, and the broker knows nobody any more. */
  async #leave(): Promise<void> {
    this.isLeaving = true;
    for (const client of [...this.clients]) client.close();
    for (const worker of this.workers) worker.drain();
    await this.#wait('somebody is left', () => {
      if (!this.broker.isUp) return false;
      const { state } = this.broker.core;
      const known = state.clients.size + state.workers.size + this.broker.traffic.connections;
      return known === 0 && this.workers.every((worker) => worker.isDead);
    });
    if (this.#chat.people > 0) throw new Verdict(`${this.#chat.people} people are left`);
    this.broker.audit();
  }

  #newPerson(number: number): Person {
    const { chance, plan } = this;
    const homes = plan.rooms.filter(() => plan.isCalm || chance.yes(0.7));
    const key = plan.isCalm || chance.yes(0.85) ? `key ${number}` : '';
    const person: Person = {
      nick: `P${number}`,
      key,
      isPage: chance.yes(0.3),
      homes: new Set(homes),
      takes: number > 0 && (plan.isCalm || chance.yes(0.7)),
      subscribed: new Set(),
    };
    this.#people.push(person);
    return person;
  }

  #addPerson(person: Person, before: PersonPeer | null = null): void {
    const end = () => this.replaceClient(client);
    const client: PersonPeer = new PersonPeer(this, person, ++this.#made, before, end);
    this.clients.push(client);
    this.names.set(client.id, client.name);
    client.settleIn();
  }

  #addWorker(kind: WorkerKind): void {
    const pid = ++this.#made;
    const worker = new ChatWorkerPeer(this, kind, pid, () => this.#workerEnded(worker));
    this.workers.push(worker);
    this.processes.set(pid, worker);
    this.names.set(worker.id, worker.name);
  }

  /** A supervisor starts it again. */
  #workerEnded(worker: ChatWorkerPeer): void {
    this.timeline.after(this.chance.ms(10, 300), () => {
      const at = this.workers.indexOf(worker);
      if (at < 0 || this.isLeaving) return;
      this.workers.splice(at, 1);
      this.#addWorker(worker.kind);
    });
  }

  #kind(number: number): WorkerKind {
    const { chance } = this;
    const capacity = chance.pick([1, 1, 4, 64]);
    return { name: `w${number}`, types: ['chat'], capacity, isRemote: chance.yes(0.15) };
  }

  #planDeeds(): void {
    const { chance, plan, timeline } = this;
    const from = timeline.now;
    const anybody = () => (this.clients.length === 0 ? null : chance.pick(this.clients));
    for (let left = plan.speeches; left > 0; ) {
      const burst = Math.min(left, chance.yes(0.3) ? chance.int(1, 20) : 1);
      const at = from + chance.ms(0, plan.restlessMs);
      for (let i = 0; i < burst; i++) {
        timeline.at(at, () => {
          if (chance.yes(0.2)) anybody()?.msg(chance.pick(this.#people));
          else anybody()?.say();
        });
      }
      left -= burst;
    }
    for (let i = 0; i < plan.deeds; i++) {
      timeline.at(from + chance.ms(0, plan.restlessMs), () => anybody()?.act());
    }
  }
}
