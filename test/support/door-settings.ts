/** What a door must know besides what a test is about: as the broker's options are by default. */
export const MAJORDOMO_SETTINGS = {
  mdpHeartbeatMs: 2500,
  mdpOrdered: false,
  mdpDedupeMs: 0,
  mdpExpiresMs: 0,
} as const;
