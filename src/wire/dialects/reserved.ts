/** Services that the broker itself serves to Majordomo's clients; nobody else can. */
export function isReserved(service: string): boolean {
  return service.startsWith('mmi.') || /^titanic\.(?:request|reply|close)$/.test(service);
}
