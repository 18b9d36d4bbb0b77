/** The world's time: the machine's, or one that stands still for pictures. */

const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export class Clock {
  /** Milliseconds since 1970 at which time stands still; null lets it run. */
  fixed: number | null = null;

  /** Now, as milliseconds since 1970. */
  get now(): number {
    return this.fixed ?? Date.now();
  }

  /** A moment as the API writes it, `ago` milliseconds before now. */
  at(ago = 0): string {
    return new Date(this.now - ago).toISOString();
  }
}
