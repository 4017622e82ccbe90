/** What happened between a client or worker and the broker: for logs, not for decisions. */
export interface PeerEvent {
  readonly kind: 'connected' | 'disconnected' | 'closing' | 'dismissed' | 'refused';
  /** The code and sentence of a refusal; empty otherwise. */
  readonly detail: string;
}
