import { button, make } from '../dom.ts';

export interface Question {
  readonly title: string;
  /** What happens, and to how many. */
  readonly text: string;
  /** What the button says that does it. */
  readonly verb: string;
  /** It cannot be undone. */
  readonly isGrave?: boolean;
}

/** Asks whether it is meant; false when it is not, Escape included. */
export function confirmed({ title, text, verb, isGrave = false }: Question): Promise<boolean> {
  const { dialog, content, closed } = openDialog(title);
  let isMeant = false;
  const yes = button(verb, isGrave ? 'grave' : 'primary', () => {
    isMeant = true;
    dialog.close();
  });
  const no = button('Leave it', '', () => dialog.close());
  content.append(make('p', {}, text), make('div', { class: 'acts' }, yes, no));
  dialog.showModal();
  (isGrave ? no : yes).focus();
  return closed.then(() => isMeant);
}

/** A dialog that goes when it is closed; what had the focus before gets it back. */
export function openDialog(title: string): {
  readonly dialog: HTMLDialogElement;
  readonly content: HTMLElement;
  readonly closed: Promise<void>;
} {
  const heading = make('h2', { id: 'dialog-title' }, title);
  const content = make('div', { class: 'content' });
  const dialog = make('dialog', { 'aria-labelledby': 'dialog-title' }, heading, content);
  document.body.append(dialog);
  const closed = new Promise<void>((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve();
    });
  });
  return { dialog, content, closed };
}
