import { channelMutants } from './channel-mutants.ts';
import { chatMutants } from './chat-mutants.ts';
import { coreMutants } from './core-mutants.ts';
import { dialectMutants } from './dialect-mutants.ts';
import type { Mutant } from './mutant.ts';
import { storeMutants } from './store-mutants.ts';

export { planted } from './mutant.ts';

/** All bugs that are planted. */
export const mutants: readonly Mutant[] = [
  ...coreMutants,
  ...channelMutants,
  ...chatMutants,
  ...dialectMutants,
  ...storeMutants,
];
