import type { Job } from './job.ts';

class Level {
  readonly priority: number;
  head: Job | null = null;
  tail: Job | null = null;

  constructor(priority: number) {
    this.priority = priority;
  }
}

/** Who waits: the jobs of one type, higher priority first, first come first within one. */
export class Backlog {
  size = 0;
  #levels: Level[] = [];

  /** Behind all of its priority. */
  push(job: Job): void {
    const level = this.#levelOf(job);
    job.prev = level.tail;
    job.next = null;
    if (level.tail === null) level.head = job;
    else level.tail.next = job;
    level.tail = job;
    this.size++;
  }

  /** In front of all of its priority: a job that has been at a worker already. */
  unshift(job: Job): void {
    const level = this.#levelOf(job);
    job.next = level.head;
    job.prev = null;
    if (level.head === null) level.tail = job;
    else level.head.prev = job;
    level.head = job;
    this.size++;
  }

  /** The next to go, left in; or null. */
  peek(): Job | null {
    const levels = this.#levels;
    for (let i = 0; i < levels.length; i++) {
      const head = levels[i]!.head;
      if (head !== null) return head;
    }
    return null;
  }

  /** The first of each priority. */
  heads(): Job[] {
    return this.#levels.flatMap(({ head }) => head ?? []);
  }

  /** Takes out a job that is in. */
  remove(job: Job): void {
    const level = this.#levelOf(job);
    if (job.prev === null) level.head = job.next;
    else job.prev.next = job.next;
    if (job.next === null) level.tail = job.prev;
    else job.next.prev = job.prev;
    job.prev = job.next = null;
    this.size--;
  }

  #levelOf(job: Job): Level {
    const priority = job.rare === null ? 0 : job.rare.priority;
    const levels = this.#levels;
    let at = 0;
    while (at < levels.length && levels[at]!.priority > priority) at++;
    if (levels[at]?.priority === priority) return levels[at]!;
    const level = new Level(priority);
    levels.splice(at, 0, level);
    return level;
  }
}
