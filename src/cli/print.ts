let isHeard = false;

/** Writes to stdout; resolves when it has been taken: what a program that ends has not written to a pipe is lost. */
export function print(text: string | Uint8Array): Promise<void> {
  // An error is told twice, to the write and to the stream, where it would end the process.
  if (!isHeard) process.stdout.on('error', leaveIfNobodyReads);
  isHeard = true;
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (!error) resolve();
      else {
        leaveIfNobodyReads(error);
        reject(error);
      }
    });
  });
}

/** `… | head` has read enough: that is no failure. */
function leaveIfNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
}
