/** Which Prometheus is asked: the one chosen above the dashboard. */
export const DATASOURCE = { type: 'prometheus', uid: '$datasource' };
