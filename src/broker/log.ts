/** One thing worth telling: a level, a sentence, and whatever fields belong to it. */
export interface LogEvent {
  readonly level: 'info' | 'warn' | 'error';
  readonly text: string;
  readonly [field: string]: unknown;
}

export type Log = (event: LogEvent) => void;
