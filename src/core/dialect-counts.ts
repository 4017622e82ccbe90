/** What was counted of all peers that speak in one dialect. */
export class DialectCounts {
  /** Jobs that its clients handed in. */
  submitted = 0;
  /** Answers of its workers that counted. */
  answered = 0;
}
