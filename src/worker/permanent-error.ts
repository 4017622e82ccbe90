const NAME = 'PermanentError';

/**
 * What a handler throws when trying the job again would not help: a kept job ends then, as it would after its last
 * attempt. A `code` of its own goes along.
 */
export class PermanentError extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = NAME;
  }
}

/** Whether a handler threw one. Known by its name, too: a handler's module may have a copy of the class. */
export function isPermanent(error: unknown): boolean {
  if (error instanceof PermanentError) return true;
  return error instanceof Error && error.name === NAME;
}
