import type { Section } from './section.ts';

/** What is told of what workers publish. */
export const channelsSection = {
  title: 'Channels',
  metrics: {
    latido_published_total: {
      kind: 'counter',
      help: 'What workers published with answers that counted, in channels that somebody subscribes to or is waited for.',
      todo: 'None though handlers publish: nobody subscribes to that channel.',
    },
    latido_deliveries_total: {
      kind: 'counter',
      help: 'Deliveries of it to subscribers that were there; what is given again to one that was away is not in it.',
      todo: 'Nothing: it is what is published times who subscribes.',
    },
    latido_deliveries_left_out_total: {
      kind: 'counter',
      help: 'Deliveries that were not made because more than 256 MiB were to be written in one turn; the next to the same subscriber is marked `missed`.',
      todo: 'Publish less, or smaller pieces; subscribers read again what they missed.',
    },
    latido_channels: {
      kind: 'gauge',
      help: 'Channels with subscribers, and those whose last one left less than `--client-grace-ms` ago.',
      todo: 'It nears `--channels-max`: raise that, or close subscriptions that nobody needs.',
    },
    latido_subscriptions: {
      kind: 'gauge',
      help: 'Subscriptions of clients, those included that are away and waited for.',
      todo: 'It only rises: a program subscribes again and again.',
    },
  },
} as const satisfies Section;

/** What is told of the chat. */
export const chatSection = {
  title: 'Chat',
  metrics: {
    latido_chat_people: {
      kind: 'gauge',
      help: 'People in the chat who are connected now.',
      todo: 'All gone at once: see `latido_ready` and `latido_connections`.',
    },
    latido_chat_rooms: {
      kind: 'gauge',
      labels: ['kind'],
      help: 'Rooms by kind (`transient`, `durable`, `queue`), and mailboxes (`private`).',
      todo: 'It nears `--rooms-max`: raise that.',
    },
    latido_chat_kept_messages: {
      kind: 'gauge',
      labels: ['kind'],
      help: 'Messages that wait for who has not seen them: the size of mailboxes, durable and queue rooms.',
      todo: 'Queue rooms grow: nobody takes from them.',
    },
    latido_chat_messages_total: {
      kind: 'counter',
      help: 'What was said and has been dealt with: delivered, dropped or failed.',
      todo: 'None though people talk: is there a worker of type `chat`?',
    },
    latido_chat_deliveries_total: {
      kind: 'counter',
      help: 'What members were given of it.',
      todo: 'Nothing: it is what is said times who is there.',
    },
    latido_chat_fanout_seconds: {
      kind: 'histogram',
      help: 'From when something was said to when it had been given to all that it was for.',
      todo: 'Above a second: start workers of type `chat`.',
    },
  },
  outro:
    'What is said is a job of type `chat` too: the metrics of jobs say how long it waits and which attempts are lost.',
} as const satisfies Section;
