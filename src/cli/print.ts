/** Writes to stdout; resolves when it has been taken: what a program that ends has not written to a pipe is lost. */
export function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.once('error', (error: NodeJS.ErrnoException) => {
      // `… | head` has read enough: that is no failure.
      if (error.code === 'EPIPE') process.exit(0);
      reject(error);
    });
    process.stdout.write(text, () => resolve());
  });
}
