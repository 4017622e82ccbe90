/** Where a job comes from, in the words of W3C Trace Context: carried along and handed on with each dispatch, never looked at. */
export interface Trace {
  /** The `traceparent`. */
  readonly parent: string;
  /** The `tracestate`; empty for none. */
  readonly state: string;
}
