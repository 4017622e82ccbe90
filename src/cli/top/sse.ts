/** One server-sent event. */
export interface ServerSent {
  readonly event: string;
  readonly data: string;
}

/** Takes a stream of server-sent events apart, however its pieces come. */
export class EventParser {
  #rest = '';
  #event = '';
  #data: string[] = [];

  /** The events that the piece completes. */
  push(piece: string): ServerSent[] {
    const events: ServerSent[] = [];
    // A carriage return at the end may be half of a line's end.
    const lines = (this.#rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') this.#end(events);
      else this.#field(line);
    }
    return events;
  }

  #end(events: ServerSent[]): void {
    if (this.#data.length > 0)
      events.push({ event: this.#event || 'message', data: this.#data.join('\n') });
    this.#event = '';
    this.#data = [];
  }

  #field(line: string): void {
    const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === 'event') this.#event = value;
    if (name === 'data') this.#data.push(value);
  }
}
