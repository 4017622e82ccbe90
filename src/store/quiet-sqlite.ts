/**
 * Node 22 warns on stderr that SQLite is experimental, in each thread that loads it: nobody who runs a program of ours can do
 * anything about that. To be called before `node:sqlite` is loaded.
 */
export function quietSqlite(): void {
  quiet('SQLite is an experimental');
}

/** Keeps warnings that begin so from being printed in this thread. */
export function quiet(beginning: string): void {
  const emit = process.emitWarning;
  process.emitWarning = ((warning: string | Error, ...rest: never[]) => {
    if (!String(warning).startsWith(beginning)) emit(warning, ...rest);
  }) as typeof process.emitWarning;
}
