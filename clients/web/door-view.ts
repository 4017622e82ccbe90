import { byId, setText } from './dom.ts';

const NICK = /^[\p{L}\p{N}_-]{1,24}$/u;
/** After that long without a word from the broker, the person is told. */
const ANSWER_MS = 1500;
const ROOM = /^[\p{L}\p{N}_.-]{1,64}$/u;

/** The form that asks for a nick, and for the room to go into. */
export class DoorView {
  readonly #door = byId('door', HTMLElement);
  readonly #form = byId('door-form', HTMLFormElement);
  readonly #nick = byId('door-nick', HTMLInputElement);
  readonly #room = byId('door-room', HTMLInputElement);
  readonly #error = byId('door-error', HTMLParagraphElement);
  #timer: number | undefined;

  constructor(nick: string, room: string, onEnter: (nick: string, room: string) => void) {
    this.#nick.value = nick;
    this.#room.value = room;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      const [wanted, into] = [this.#nick.value.trim(), this.#room.value.trim()];
      if (!NICK.test(wanted)) {
        this.show('A nick is 1 to 24 letters, digits, _ and -: no spaces, no other signs.');
      } else if (into !== '' && !ROOM.test(into)) {
        this.#wrong('A room is 1 to 64 letters, digits, _, - and ., or nothing.', this.#room);
      } else {
        this.#wait();
        onEnter(wanted, into);
      }
    });
  }

  /** Asks for a nick; `error` says why the last one was not taken. */
  show(error: string): void {
    this.#door.hidden = false;
    this.#wrong(error, this.#nick);
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.#door.hidden = true;
  }

  #wait(): void {
    setText(this.#error, '');
    clearTimeout(this.#timer);
    const say = () =>
      setText(this.#error, 'The broker does not answer. It is tried again and again.');
    this.#timer = window.setTimeout(say, ANSWER_MS);
  }

  #wrong(error: string, input: HTMLInputElement): void {
    clearTimeout(this.#timer);
    setText(this.#error, error);
    this.#nick.setAttribute('aria-invalid', String(error !== '' && input === this.#nick));
    this.#room.setAttribute('aria-invalid', String(error !== '' && input === this.#room));
    input.focus();
    input.select();
  }
}
