/** The options of the program `chat`. */

import type { OptionsOf, OptionTable } from './option.ts';
import { frontendPeer, json, ms } from './option-parts.ts';

export const chatOptions = {
  nick: {
    type: 'string',
    default: '',
    pattern: /^[\p{L}\p{N}_-]{1,24}$/u,
    mustBe: '1 to 24 letters, digits, _ and -',
    describe: 'what you are called (required)',
  },
  room: {
    type: 'string',
    default: '',
    pattern: /^[\p{L}\p{N}_.-]{1,64}$/u,
    mustBe: '1 to 64 letters, digits, _, - and .',
    describe: 'the room to go into; without one, the broker finds one',
  },
  kind: {
    type: 'string',
    default: '',
    pattern: /^(?:transient|durable|queue)$/,
    mustBe: 'transient, durable or queue',
    describe: 'of the room, when it is new: transient, durable or queue; without one, transient',
  },
  broker: frontendPeer,
  keyFile: {
    type: 'string',
    default: '',
    describe:
      'the file with the key that makes the nick yours, made when it is missing; without it latido/chat-key in $XDG_CONFIG_HOME or ~/.config',
  },
  timeoutMs: ms(
    10_000,
    0,
    'when stdin is no terminal: how long to wait for the room, and at the end of stdin until all is delivered; 0: for ever',
  ),
  json,
} as const satisfies OptionTable;

export type ChatProgramOptions = OptionsOf<typeof chatOptions>;
