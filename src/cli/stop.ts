/**
 * Resolves at the first SIGTERM or SIGINT, or when the process that forked this one is gone.
 * A second signal ends the process at once, with 1.
 */
export function stopAsked(): Promise<string> {
  return new Promise((resolve) => {
    let asked = false;
    const ask = (why: string) => {
      if (asked) process.exit(1);
      asked = true;
      resolve(why);
    };
    process.on('SIGTERM', ask);
    process.on('SIGINT', ask);
    if (process.channel === undefined || process.channel === null) return;
    process.once('disconnect', () => asked || ask('the parent is gone'));
    process.channel.unref();
  });
}
