/** What happened to one person since all were told who is there. */
interface Change {
  /** When all were told. */
  readonly wasThere: boolean;
  readonly isThere: boolean;
  /** Since, somebody has seen that it was there, or was not. */
  readonly seenThere: boolean;
  readonly seenAway: boolean;
  /** How often it had been looked who is there. */
  readonly looks: number;
}

/** Who has come to a room and gone since that was told, so that whoever looked meanwhile knows in the end who is there. */
export class Changes {
  readonly #byNick = new Map<string, Change>();
  #looks = 0;

  /** Somebody is told who is there now: whoever comes is, too. */
  looked(): void {
    this.#looks++;
  }

  came(nick: string): void {
    this.#change(nick, true, 0);
  }

  went(nick: string): void {
    this.#change(nick, false, 1);
  }

  /** Who came, and who went, for all who looked last at any time since the last call. */
  take(): { readonly came: string[]; readonly went: string[] } {
    const came: string[] = [];
    const went: string[] = [];
    for (const [nick, { isThere, wasThere, seenThere, seenAway }] of this.#byNick) {
      if (isThere && (!wasThere || seenAway)) came.push(nick);
      else if (!isThere && (wasThere || seenThere)) went.push(nick);
    }
    this.#byNick.clear();
    return { came, went };
  }

  /** `own`: looks of its own since the last change. */
  #change(nick: string, isThere: boolean, own: number): void {
    const last = this.#byNick.get(nick);
    const isSeen = last !== undefined && this.#looks > last.looks + own;
    this.#byNick.delete(nick);
    this.#byNick.set(nick, {
      wasThere: last?.wasThere ?? !isThere,
      isThere,
      seenThere: (last?.seenThere ?? false) || (isSeen && !isThere),
      seenAway: (last?.seenAway ?? false) || (isSeen && isThere),
      looks: this.#looks,
    });
  }
}
