import type { Place as PlaceWords, RoomKind, RoomView } from '../../chat/words.ts';
import type { Shown } from './feed.ts';
import { heardIn, isCount, textsIn, type Words } from './heard.ts';
import type { ChatNews } from './news.ts';
import { mailbox, type Place, placeIn } from './place.ts';
import { Repeats } from './repeats.ts';
import type { RoomState } from './room.ts';

/** Rooms whose messages are known again by their authors' numbers. */
const REMEMBERED_MAX = 200;

/** Everywhere that a person hears something, and what becomes of the events there. */
export class Places {
  readonly rooms = new Map<string, RoomState>();
  readonly #all = new Map<string, Place>();
  readonly #mailbox: Place;
  readonly #leaving = new Set<string>();
  /** What was shown in the rooms where the person is or was: who leaves and comes back is not shown it again. */
  readonly #known = new Map<string, { readonly kind: RoomKind; readonly repeats: Repeats }>();
  readonly #onNews: (news: ChatNews) => void;
  readonly #send: (order: object) => void;

  /** Where an earlier session of the person was, until this one has entered. */
  #before: readonly PlaceWords[];

  constructor(
    onNews: (news: ChatNews) => void,
    send: (order: object) => void,
    before: { readonly rooms: readonly PlaceWords[]; readonly mail: number },
  ) {
    this.#onNews = onNews;
    this.#send = send;
    this.#before = before.rooms;
    this.#mailbox = mailbox(before.mail);
    this.#all.set('', this.#mailbox);
  }

  /** Where the person was, but for rooms that are being left. */
  words(): { rooms: PlaceWords[]; mail: number } {
    const { rooms, mail } = this.#words();
    return { rooms: rooms.filter(({ room }) => !this.#leaving.has(room)), mail };
  }

  /**
   * The same as `enter` says it: what was shown in a room that is being left is told there, where it is kept. The order to
   * leave follows.
   */
  wordsToEnter(): { rooms: PlaceWords[]; mail: number } {
    const { rooms, mail } = this.#words();
    const stay = rooms.filter(({ room, kind }) => kind !== 'transient' || !this.#leaving.has(room));
    const place = (words: PlaceWords) =>
      this.#leaving.has(words.room) ? { ...words, takes: false } : words;
    return { rooms: stay.map(place), mail };
  }

  /** The person leaves: what comes from now on is shown to nobody, or to who is given it in its place. */
  leaves(room: string): void {
    this.#leaving.add(room);
  }

  isLeft(room: string): boolean {
    return this.#leaving.has(room);
  }

  /** The person is there all the same. */
  stays(room: string): void {
    this.#leaving.delete(room);
  }

  /** The person is in the room: it was joined, or is looked at. */
  joined(view: RoomView): void {
    const place = this.#all.get(view.room);
    if (place?.state) place.state.look(view);
    else this.#add(placeIn(view, this.#repeatsIn(view)));
  }

  /** The person has another nick, and so another mailbox. */
  otherMailbox(): void {
    const { feed, receipt } = this.#mailbox;
    feed.restart();
    receipt.restart();
  }

  left(room: string): void {
    this.#leaving.delete(room);
    this.#remove(room);
  }

  /** The person has entered and is in these rooms; returns where it was before and is no more. */
  know(views: readonly RoomView[]): string[] {
    const there = new Set(views.map(({ room }) => room));
    const before = [...this.#before.map(({ room }) => room), ...this.rooms.keys()];
    const gone = before.filter((room) => !there.has(room));
    this.#before = [];
    for (const room of gone) this.#remove(room);
    for (const view of views) this.joined(view);
    return gone;
  }

  /** After `know`: what is said follows behind what the broker says. */
  resume(now: number, views: readonly RoomView[]): void {
    for (const { receipt, feed } of this.#all.values()) receipt.told(now, feed.shown);
    for (const { room, kind, seq } of views) {
      const place = this.#all.get(room)!;
      this.#show(now, place, place.feed.resume(kind, seq));
    }
  }

  /** An event that belongs to a room or the mailbox; false if the person is not there. */
  heard(now: number, event: Words): boolean {
    const place = this.#all.get(event.room as string);
    if (place === undefined) return false;
    const isIgnored = place.isKept && this.#leaving.has(place.room);
    if (event.event === 'said' && isIgnored) return true;
    if (event.event === 'said') this.#said(now, place, event);
    else if (event.event === 'missed') this.#missed(now, place);
    else if (place.state !== null) this.#people(place.state, event);
    return true;
  }

  /** Shows what is due, and tells what has been shown where that is due; returns when it is next. */
  tick(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const place of this.#all.values()) {
      const { receipt, feed } = place;
      if (feed.dueAt <= now) this.#show(now, place, feed.release());
      this.#ask(now, place);
      if (receipt.dueAt <= now) this.#tell(now, place);
      next = Math.min(next, receipt.dueAt, feed.dueAt, feed.wantsAt);
    }
    return next;
  }

  /** Tells what has been shown and not told yet: there is no later. */
  tell(): void {
    for (const place of this.#all.values()) {
      if (place.receipt.dueAt !== Number.POSITIVE_INFINITY) this.#tell(place.receipt.dueAt, place);
    }
  }

  #tell(now: number, { room, feed, receipt }: Place): void {
    this.#send({ do: 'seen', room, seq: feed.shown });
    receipt.told(now, feed.shown);
  }

  #words(): { rooms: PlaceWords[]; mail: number } {
    const rooms = [...this.rooms.values()].map((state) => this.#all.get(state.room)!.words(state));
    return { rooms: [...this.#before, ...rooms], mail: this.#mailbox.feed.shown };
  }

  #repeatsIn({ room, kind }: RoomView): Repeats {
    const known = this.#known.get(room);
    if (known?.kind === kind) return known.repeats;
    const repeats = new Repeats(kind !== 'queue');
    this.#known.delete(room);
    this.#known.set(room, { kind, repeats });
    if (this.#known.size > REMEMBERED_MAX) this.#known.delete([...this.#known.keys()][0]!);
    return repeats;
  }

  #remove(room: string): void {
    if (room === '') return;
    this.rooms.delete(room);
    this.#all.delete(room);
  }

  #add(place: Place): void {
    this.#all.set(place.room, place);
    this.rooms.set(place.room, place.state!);
  }

  #missed(now: number, { room, feed }: Place): void {
    feed.missed(now);
    this.#onNews({ news: 'missed', room });
  }

  #said(now: number, place: Place, event: Words): void {
    const heard = heardIn(event);
    if (heard === null) return;
    const { room, feed } = place;
    this.#show(now, place, feed.take(heard));
    if (feed.isFull) {
      this.#onNews({ news: 'missed', room });
      this.#show(now, place, feed.release());
    }
    this.#ask(now, place);
  }

  #ask(now: number, { room, feed }: Place): void {
    if (feed.wantsAt > now) return;
    feed.asked(now);
    this.#send({ do: 'again', room, since: feed.shown });
  }

  /** Tells the person, and has the broker told that it was shown. */
  #show(now: number, { room, feed, receipt, isKept }: Place, some: readonly Shown[]): void {
    for (const { seq, said } of some) this.#onNews({ news: 'said', room, seq, said });
    if (isKept && feed.shown > receipt.last) receipt.shown(now);
  }

  #people(state: RoomState, event: Words): void {
    const { room } = state;
    const { was, is, count } = event;
    if (event.event === 'people' && isCount(count)) {
      const came = textsIn(event.came);
      const went = textsIn(event.went);
      state.moved(came, went, count);
      this.#onNews({ news: 'people', room, came, went, count });
    } else if (event.event === 'renamed' && typeof was === 'string' && typeof is === 'string') {
      state.renamed(was, is);
      this.#onNews({ news: 'renamed', room, was, is });
    }
  }
}
