import { ChatWorld } from './support/sim/chat-world.ts';
import { simulate } from './support/sim/simulate.ts';

simulate(
  'whatever fails, what is said in the chat is shown once, in order, to those it is for',
  'LATIDO_CHAT',
  100,
  (seed, traced) => new ChatWorld(seed, traced),
);
