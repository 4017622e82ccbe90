/**
 * Calls a function of the program. What that throws is an uncaught error of the program's: it must not end the reading of a message
 * half way, for the records behind it are of other jobs.
 */
export function tell<News>(listener: (news: News) => void, news: News): void {
  try {
    listener(news);
  } catch (error) {
    throwLater(error);
  }
}

/** Throws it when what runs now has come to its end. */
export function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
