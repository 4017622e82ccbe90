/** Services that the broker itself serves to Majordomo's clients; nobody else can. */
export function isReserved(service: string): boolean {
  return service.startsWith('mmi.') || isTitanic(service);
}

/** Titanic's services. */
export function isTitanic(service: string): boolean {
  return /^titanic\.(?:request|reply|close)$/.test(service);
}
