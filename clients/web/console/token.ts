import { button, byId, make, setText } from '../dom.ts';
import { order, type Refused } from './ask.ts';
import { openDialog } from './dialog.ts';

const KEPT = 'latido-admin-token';

/** The admin token, for as long as this tab is open, and the button that asks for it. */
export class Token {
  readonly #button = byId('lock', HTMLButtonElement);
  readonly #onTurn: () => void;

  constructor(onTurn: () => void) {
    this.#onTurn = onTurn;
    this.#button.addEventListener('click', () => {
      if (this.value === '') void this.unlock();
      else this.forget();
    });
    this.#draw();
  }

  /** Empty while it is not known. */
  get value(): string {
    return sessionStorage.getItem(KEPT) ?? '';
  }

  forget(): void {
    sessionStorage.removeItem(KEPT);
    this.#draw();
    this.#onTurn();
  }

  /** Asks for the token unless it is known; false when it is not given. */
  async unlock(): Promise<boolean> {
    if (this.value !== '') return true;
    const { dialog, content, closed } = openDialog('Unlock changes');
    const field = make('input', {
      id: 'token',
      type: 'password',
      autocomplete: 'off',
      spellcheck: 'false',
      'aria-describedby': 'token-hint token-error',
    });
    const error = make('p', { id: 'token-error', class: 'error', role: 'alert' });
    const submit = make('button', { type: 'submit', class: 'primary' }, 'Unlock');
    const cancel = button('Leave it locked', '', () => dialog.close());
    const form = make(
      'form',
      {},
      make('label', { for: 'token' }, 'Admin token'),
      field,
      hint(),
      error,
      make('div', { class: 'acts' }, submit, cancel),
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#try(field, error, dialog);
    });
    content.append(form);
    dialog.showModal();
    field.focus();
    await closed;
    return this.value !== '';
  }

  async #try(field: HTMLInputElement, error: HTMLElement, dialog: HTMLDialogElement) {
    const token = field.value.trim();
    setText(error, '');
    const wrong = token === '' ? 'A token is needed.' : await checked(token);
    if (wrong === '') {
      sessionStorage.setItem(KEPT, token);
      this.#draw();
      this.#onTurn();
      dialog.close();
      return;
    }
    field.setAttribute('aria-invalid', 'true');
    setText(error, wrong);
    field.select();
  }

  #draw(): void {
    const isOpen = this.value !== '';
    setText(this.#button, isOpen ? 'Lock changes' : 'Unlock changes');
    this.#button.classList.toggle('open', isOpen);
  }
}

function hint(): HTMLElement {
  return make(
    'p',
    { id: 'token-hint', class: 'soft' },
    'It is in the file admin-token of the broker’s data directory, or what its LATIDO_ADMIN_TOKEN says. ',
    'It is kept in this tab only.',
  );
}

/** What is wrong with it; empty when nothing is. */
async function checked(token: string): Promise<string> {
  // Nothing else can be said in a header.
  if (!/^[\x21-\x7e]+$/.test(token)) return 'A token has no spaces and no letters beyond ASCII.';
  try {
    await order('/api/token', token);
    return '';
  } catch (error) {
    const { message } = error as Refused;
    return `Not unlocked: ${message}.`;
  }
}
