/** What programs may ask of a data directory that no broker has. */

export { checkStore } from '../store/check.ts';
