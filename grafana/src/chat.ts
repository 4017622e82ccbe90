import { type Board, DOUBTFUL, GOOD, type Panel } from './panel.ts';
import { of, percentile, percentiles, rate, sum } from './promql.ts';

const FAN_OUT = 'latido_chat_fanout_seconds';
const SAID = sum(rate('latido_chat_messages_total'));
const CHAT = 'type="chat"';

const now: readonly Panel[] = [
  {
    kind: 'figure',
    title: 'People',
    tells: 'People in the chat who are connected now.',
    todo: 'All gone at once: is the broker there, and its network?',
    unit: 'short',
    queries: [[sum(of('latido_chat_people')), 'people']],
    width: 6,
  },
  {
    kind: 'figure',
    title: 'Rooms',
    tells: 'Rooms of all kinds, mailboxes not counted.',
    todo: 'Near --rooms-max: raise that.',
    unit: 'short',
    queries: [[sum(of('latido_chat_rooms', 'kind!="private"')), 'rooms']],
    width: 6,
  },
  {
    kind: 'figure',
    title: 'Workers of the chat',
    tells: 'What people say is a job of type chat: without a worker nobody hears anything.',
    todo: 'None: `npx worker --type chat`.',
    unit: 'short',
    queries: [[sum(of('latido_workers', CHAT, 'state="alive"')), 'workers']],
    steps: [
      [null, DOUBTFUL],
      [1, GOOD],
    ],
    width: 6,
  },
  {
    kind: 'figure',
    title: 'Fan-out, p99',
    tells: 'From when something is said to when all have been given it.',
    todo: 'Above a second: start workers of type chat.',
    unit: 's',
    queries: [[`${percentile(0.99, FAN_OUT)} >= 0`, 'p99']],
    noValue: 'nothing said',
    steps: [
      [null, GOOD],
      [1, DOUBTFUL],
    ],
    width: 6,
  },
];

const overTime: readonly Panel[] = [
  {
    kind: 'lines',
    title: 'Said and delivered',
    tells: 'Messages, and what members were given of them.',
    todo: 'Nothing though people talk: is there a worker of type chat?',
    unit: 'suffix: /s',
    queries: [
      [SAID, 'said'],
      [sum(rate('latido_chat_deliveries_total')), 'delivered'],
    ],
  },
  {
    kind: 'lines',
    title: 'Fan-out',
    tells: 'From when something is said to when all have been given it.',
    todo: 'It rises with "waiting" of type chat: more workers. Without: large rooms.',
    unit: 's',
    queries: percentiles(FAN_OUT),
  },
  {
    kind: 'heat',
    title: 'Messages by their fan-out',
    tells: 'The same, all of them: the darker, the more messages took that long.',
    todo: 'A band apart from the rest: one large room, or a worker that was lost.',
    unit: 's',
    of: 'buckets',
    queries: [[sum(`increase(${of(`${FAN_OUT}_bucket`)}[$__rate_interval])`, 'le'), '{{le}}']],
  },
  {
    kind: 'lines',
    title: 'Hearers of each message',
    tells: 'To how many a message goes, in the mean.',
    todo: 'Nothing: it is the size of the rooms that are talked in.',
    unit: 'short',
    queries: [[`${sum(rate('latido_chat_deliveries_total'))} / (${SAID} > 0)`, 'hearers']],
  },
  {
    kind: 'lines',
    title: 'Rooms by kind',
    tells: 'private: mailboxes of people who are, or were, written to.',
    todo: 'It only grows: programs make rooms and leave them.',
    unit: 'short',
    queries: [[sum(of('latido_chat_rooms'), 'kind'), '{{kind}}']],
  },
  {
    kind: 'lines',
    title: 'Kept for who is away',
    tells: 'Messages that wait in mailboxes, durable rooms and queue rooms.',
    todo: 'Queue rooms grow: nobody takes from them.',
    unit: 'short',
    queries: [[sum(of('latido_chat_kept_messages'), 'kind'), '{{kind}}']],
  },
  {
    kind: 'lines',
    title: 'Jobs of type chat',
    tells: 'What was said and waits for a worker, and what a worker has.',
    todo: 'Waiting grows: more workers of type chat.',
    unit: 'short',
    queries: [
      [sum(of('latido_jobs_waiting', CHAT)), 'waiting'],
      [sum(of('latido_jobs_dispatched', CHAT)), 'at workers'],
    ],
  },
  {
    kind: 'lines',
    title: 'Channels',
    tells: 'What programs subscribe to (client.subscribe), rooms of the chat not counted.',
    todo: 'Subscriptions only rise: a program subscribes again and again.',
    unit: 'short',
    queries: [
      [sum(of('latido_channels')), 'channels'],
      [sum(of('latido_subscriptions')), 'subscriptions'],
    ],
  },
  {
    kind: 'lines',
    title: 'Published in channels',
    tells: 'What workers published, what subscribers were given of it, and what was left out.',
    todo: 'Left out: too much at once for one turn. Publish less, or smaller pieces.',
    unit: 'suffix: /s',
    queries: [
      [sum(rate('latido_published_total')), 'published'],
      [sum(rate('latido_deliveries_total')), 'delivered'],
      [sum(rate('latido_deliveries_left_out_total')), 'left out'],
    ],
  },
];

/** Who talks, and how fast it gets to the others. */
export const chat: Board = {
  uid: 'latido-chat',
  title: 'Latido: chat',
  tells: 'Who talks, how fast it gets to the others, and what is kept for who is away.',
  byType: false,
  rows: [
    { title: 'Now', panels: now },
    { title: 'Over time', panels: overTime },
  ],
};
