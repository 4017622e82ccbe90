/**
 * Node 22 warns on stderr that SQLite is experimental, in each thread that loads it: nobody who runs a program of ours can do
 * anything about that. To be called before `node:sqlite` is loaded.
 */
export function quietSqlite(): void {
  const emit = process.emitWarning;
  process.emitWarning = ((warning: string | Error, ...rest: never[]) => {
    if (!String(warning).startsWith('SQLite is an experimental')) emit(warning, ...rest);
  }) as typeof process.emitWarning;
}
