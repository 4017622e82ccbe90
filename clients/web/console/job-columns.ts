import type { JobLine } from '../../../src/web.ts';
import { make } from '../dom.ts';
import { jobChip, linkTo } from './fields.ts';
import { count, instant } from './format.ts';
import type { Column } from './table.ts';
import { causeWords, stateOf } from './words.ts';

/** What lists of jobs say of each. */
export const jobColumns: readonly Column<JobLine>[] = [
  { title: 'Job', kind: 'id', stamp: ({ id }) => id, make: ({ id }) => linkTo('jobs', id) },
  { title: 'Type', kind: 'long', text: ({ type }) => type },
  {
    title: 'State',
    stamp: (job) => `${job.state} ${stateOf(job)}`,
    make: (job) => make('span', { title: stateOf(job) }, jobChip(job)),
  },
  { title: 'Worker', kind: 'long', text: whereOf },
  { title: 'Submitted', text: ({ submittedAt }) => instant(submittedAt, Date.now()) },
  { title: 'Attempts', kind: 'number', text: ({ attempts }) => count(attempts) },
  {
    title: 'Lost by',
    kind: 'long',
    text: ({ lost }) => (lost === null ? '' : causeWords(lost.cause)),
  },
];

/** Who has it or did it, or what it waits for. */
function whereOf(job: JobLine): string {
  return job.state === 'waiting' ? stateOf(job) : (job.worker ?? '');
}
