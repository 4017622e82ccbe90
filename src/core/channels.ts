import { Channel, type Delivery, Subscription } from './channel.ts';
import type { Client } from './client.ts';
import type { Job } from './job.ts';
import { isDurable } from './keep.ts';
import type { State } from './state.ts';
import { TurnBudget } from './turn-budget.ts';
import { UntilDurable } from './until-durable.ts';

/** Numbers that a channel can use up in a millisecond of its life before one of a later life could be the same. */
const NUMBERS_A_MS = 1000;
/** Subscriptions of clients, of all channels together. */
const SUBSCRIPTIONS_MAX = 1_000_000;

/** What a worker publishes with its answer. */
export interface Publication {
  readonly channel: string;
  /** The number by which its order is seen, for publishers that number themselves; 0: the channel's next. */
  readonly seq: number;
  readonly only: readonly string[] | null;
  readonly but: readonly string[] | null;
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly length: number;
}

/** Whose channels are not everybody's: it decides what becomes of what is published in them. */
export interface ChannelKeeper {
  /** Every channel whose name begins with this. */
  readonly prefix: string;
  published(now: number, job: Job, publication: Publication): void;
}

/** Why a subscription is not had. */
export type SubscribeRefusal = 'CHANNEL_RESERVED' | 'CHANNELS_MAX' | 'BUSY';

/** The channels that clients subscribe to, and what workers publish in them. */
export class Channels {
  readonly #state: State;
  readonly #channels = new Map<string, Channel>();
  /** Channels that nobody subscribes to, until when they are remembered: the first is the first to be forgotten. */
  readonly #deserted = new Map<Channel, number>();
  /** Those that the last subscriber has left since the last tick. */
  #left: Channel[] = [];
  /** What was published with answers whose records are not durable yet. */
  readonly #unsure: UntilDurable<{ readonly channel: Channel; readonly seq: number }>;
  readonly #budget: TurnBudget;
  #keeper: ChannelKeeper | null = null;
  #subscriptions = 0;

  constructor(state: State) {
    this.#state = state;
    this.#unsure = new UntilDurable(state);
    this.#budget = new TurnBudget(state);
  }

  /** Channels with subscribers, and those that are remembered for them. */
  get size(): number {
    return this.#channels.size;
  }

  get subscriptions(): number {
    return this.#subscriptions;
  }

  /** Deliveries that were not made because too many were to be made at once. */
  get leftOut(): number {
    return this.#budget.leftOut;
  }

  keep(keeper: ChannelKeeper): void {
    this.#keeper = keeper;
  }

  /**
   * The client is given what is published in the channel from now on, and what followed `since`, if that is not null. It is
   * called `name` there, or as its instance says. Again under the same call it is the same subscription.
   */
  subscribe(
    now: number,
    client: Client,
    call: number,
    channelName: string,
    name: string,
    since: number | null,
  ): void {
    if (client.subscriptions?.has(call)) return;
    const refusal = this.#obstacle(channelName);
    if (refusal !== null) {
      this.#state.refused(refusal);
      client.outbox?.refuse(call, refusal);
      return;
    }
    const channel = this.#channelOf(now, channelName);
    const calledName = name || client.instance;
    const subscription = new ClientSubscription(client, call, channel, calledName, this.#budget);
    this.#deserted.delete(channel);
    channel.add(subscription);
    client.subscriptions ??= new Map();
    client.subscriptions.set(call, subscription);
    this.#subscriptions++;
    const missed = since !== null && !channel.hasAll(since);
    const from = Math.min(since ?? channel.seq, channel.seq);
    client.outbox?.subscribed(call, from, missed);
    if (since !== null) channel.replay(subscription, from);
  }

  /** The subscription under this call ends; false when there is none. */
  unsubscribe(client: Client, call: number): boolean {
    const subscription = client.subscriptions?.get(call);
    if (subscription === undefined) return false;
    client.subscriptions!.delete(call);
    this.#end(subscription);
    return true;
  }

  /** The client begins anew, or is gone: it subscribes to nothing. */
  endAll(client: Client): void {
    const { subscriptions } = client;
    client.subscriptions = null;
    for (const subscription of subscriptions?.values() ?? []) this.#end(subscription);
  }

  /** What `job` has published, now that its answer counts. */
  publish(now: number, job: Job, publications: readonly Publication[]): void {
    for (const publication of publications) {
      const { channel: name } = publication;
      if (this.#keeper !== null && name.startsWith(this.#keeper.prefix)) {
        this.#keeper.published(now, job, publication);
        continue;
      }
      const channel = this.#channels.get(name);
      if (channel === undefined) continue;
      const seq = Math.max(publication.seq, channel.seq + 1);
      const durable = isDurable(job);
      const delivery: Delivery = { ...publication, seq, durable };
      // The record of the job's end is the next that is written.
      if (durable) this.#unsure.add({ channel, seq }, this.#state.recorded + 1);
      this.#state.counts.published++;
      const { leftOut } = this.#budget;
      const count = channel.publish(delivery);
      this.#state.counts.deliveries += count - (this.#budget.leftOut - leftOut);
    }
  }

  /** The store has failed: what came with answers that are not durable may be published again, and is given to nobody. */
  fail(): void {
    for (const { channel, seq } of this.#unsure.take()) channel.forget(seq);
  }

  /** Forgets channels that nobody has subscribed to for long enough; the next instant at which there is one. */
  expire(now: number): number {
    for (const channel of this.#left) {
      if (channel.size === 0) this.#deserted.set(channel, now + this.#state.settings.clientGraceMs);
    }
    if (this.#left.length > 0) this.#left = [];
    for (const [channel, at] of this.#deserted) {
      if (at > now) return at;
      this.#deserted.delete(channel);
      this.#channels.delete(channel.name);
    }
    return Number.POSITIVE_INFINITY;
  }

  #obstacle(name: string): SubscribeRefusal | null {
    if (this.#keeper !== null && name.startsWith(this.#keeper.prefix)) return 'CHANNEL_RESERVED';
    if (this.#subscriptions >= SUBSCRIPTIONS_MAX) return 'BUSY';
    const isFull = this.#channels.size >= this.#state.settings.channelsMax;
    return isFull && !this.#channels.has(name) ? 'CHANNELS_MAX' : null;
  }

  #channelOf(now: number, name: string): Channel {
    const known = this.#channels.get(name);
    if (known !== undefined) return known;
    const channel = new Channel(name, firstSeq(this.#state, now));
    this.#channels.set(name, channel);
    return channel;
  }

  #end(subscription: ClientSubscription): void {
    const { channel } = subscription;
    channel.remove(subscription);
    this.#subscriptions--;
    if (channel.size === 0) this.#left.push(channel);
  }
}

/** Higher than every number that a channel had before it was forgotten, or the broker started. */
export function firstSeq(state: State, now: number): number {
  return NUMBERS_A_MS * Math.floor(state.wallAt(now));
}

/** A client's place in a channel. */
export class ClientSubscription extends Subscription {
  readonly client: Client;
  readonly call: number;
  readonly channel: Channel;
  readonly #budget: TurnBudget;
  #durable = false;

  constructor(client: Client, call: number, channel: Channel, name: string, budget: TurnBudget) {
    super(name);
    this.#budget = budget;
    this.client = client;
    this.call = call;
    this.channel = channel;
  }

  get isHere(): boolean {
    return this.client.outbox !== null;
  }

  protected deliver(delivery: Delivery, prev: number): void {
    // Left out, it stands before the next one all the same, which says so.
    if (!this.#budget.take(delivery.length)) return;
    // What follows something that waits for its record waits behind it.
    const follows = this.#durable && !delivery.durable;
    this.#durable ||= delivery.durable;
    const said = follows ? { ...delivery, durable: true } : delivery;
    this.client.outbox!.delivered(this.call, said, prev);
  }
}
