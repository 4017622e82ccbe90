/** What programs may ask of a data directory that no broker has. */

export { checkStore, type StoreCheck } from '../store/check.ts';
