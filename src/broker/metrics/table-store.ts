import type { Section } from './section.ts';

/** What is told of the data directory. */
export const storeSection = {
  title: 'The store',
  intro: 'Without values where no data is kept (`--memory`).',
  metrics: {
    latido_store_open: {
      kind: 'gauge',
      help: '1 while durable jobs can be kept, 0 after a failure.',
      todo: '0: [no durable job is taken](operating.md#when-the-disk-is-full-or-fails). Make room, or mend the disk.',
    },
    latido_store_commit_seconds: {
      kind: 'histogram',
      help: 'From the end of a turn until its records are durable.',
      todo: 'Above 0.1: the disk is slow or shared; durable accepts wait for it.',
    },
    latido_store_records_total: {
      kind: 'counter',
      help: 'Records that became durable: a job that is done at the first attempt makes three.',
      todo: 'Nothing: it follows the durable jobs.',
    },
    latido_store_failures_total: {
      kind: 'counter',
      labels: ['code'],
      help: 'How often the store failed: `DISK_FULL`, `STORE_FAILED`.',
      todo: '`STORE_FAILED` again and again: the disk is going, see the log of the kernel and make a backup elsewhere.',
    },
    latido_store_pending_bytes: {
      kind: 'gauge',
      help: 'Bytes of records on their way to the disk; above 64 MiB durable submits are refused `BUSY`.',
      todo: 'It stays high: the disk is slower than what comes.',
    },
    latido_store_unfolded_bytes: {
      kind: 'gauge',
      help: 'Bytes of the journal that are not in the table of jobs yet.',
      todo: 'Over 128 MiB folding takes turns with appends: the disk is slower than what comes.',
    },
    latido_store_folded_bytes_total: {
      kind: 'counter',
      help: 'Bytes of the journal that were folded into the table of jobs since the store was opened.',
      todo: 'None though `latido_store_unfolded_bytes` rises: appends leave no time for it.',
    },
    latido_store_housework_seconds_total: {
      kind: 'counter',
      help: "Time the store's thread spent on folding and forgetting since the store was opened.",
      todo: 'More than half of each second: the disk is slow, or too much is forgotten at once.',
    },
    latido_store_bytes: {
      kind: 'gauge',
      help: 'Bytes of the database and its write-ahead log.',
      todo: 'It grows: lower `--keep-answers-bytes` or `--keep-answers-ms`, and see to the dead letters.',
    },
    latido_store_free_bytes: {
      kind: 'gauge',
      help: 'Free on the disk of the data directory, for the user that the broker runs as; at most 5 s old.',
      todo: 'Make room before it is 0: then no durable job is taken.',
    },
    latido_dead_letters: {
      kind: 'gauge',
      help: 'Dead letters in the table of jobs: those of the last moment come when they are folded.',
      todo: '`latido dead list` names the causes; retry or drop them.',
    },
    latido_store_recovery_seconds: {
      kind: 'gauge',
      help: 'How long it took to open the store and to read it, the last time.',
      todo: 'A restart takes that long: many jobs wait, or the disk is slow.',
    },
    latido_store_recovered_jobs: {
      kind: 'gauge',
      help: 'Jobs that had not ended and were read from the store when it was opened last.',
      todo: 'Nothing: it explains why counters of jobs do not add up to 0 after a restart.',
    },
  },
  outro:
    'What the store knows of itself is asked of it at each scrape, which waits 200 ms for it at most; while the disk keeps the store ' +
    'busy for longer, these are the values of the scrape before.',
} as const satisfies Section;
