/** How records name a worker: as people know it, and by its instance, so that it is known when it comes back. */

const INSTANCE_LENGTH = 32;
const INSTANCE = / ([0-9a-f]{32})$/;

export function markOf(name: string, instance: string): string {
  return instance.length === INSTANCE_LENGTH ? `${name} ${instance}` : name;
}

/** What people know it by. */
export function nameIn(mark: string): string {
  return mark.replace(INSTANCE, '');
}

/** Its instance; empty where it has none. */
export function instanceIn(mark: string): string {
  return INSTANCE.exec(mark)?.[1] ?? '';
}
