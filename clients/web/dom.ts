/** An element of the page's HTML; a page without it is broken. */
export function byId<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} '${id}'`);
  return found;
}

/** A new element. Strings become text and never markup. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A button that does one thing. */
export function button(label: string, className: string, onClick: () => void): HTMLButtonElement {
  const made = make('button', { type: 'button', class: className }, label);
  made.addEventListener('click', onClick);
  return made;
}

/** A new element of a drawing. Strings become text and never markup. */
export function draw<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: readonly (Node | string)[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/**
 * Makes the children of `parent` those of `items`, in their order; what is there already stays the same element, and so
 * keeps the focus.
 */
export function keepChildren<T>(
  parent: Element,
  items: readonly T[],
  keyOf: (item: T) => string,
  create: (item: T) => HTMLElement,
  update: (element: HTMLElement, item: T) => void,
): void {
  const known = new Map<string, HTMLElement>();
  for (const child of parent.children) {
    if (child instanceof HTMLElement) known.set(child.dataset.key ?? '', child);
  }
  let at: Element | null = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    const element = known.get(key) ?? create(item);
    known.delete(key);
    element.dataset.key = key;
    update(element, item);
    if (element === at) at = at.nextElementSibling;
    else parent.insertBefore(element, at);
  }
  for (const left of known.values()) left.remove();
}

/** Sets the text if it is another: what did not change is not read out again. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
