/** What is done before a program of ours loads SQLite. */

export { quietSqlite } from '../store/quiet-sqlite.ts';
