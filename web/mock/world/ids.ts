/** Ids as the controller's: UUIDs that sort by the order in which they were given out. */

export class Ids {
  private given = 0;

  next(): string {
    this.given += 1;
    const count = this.given.toString(16).padStart(12, "0");
    return `019a3f00-0000-7000-8000-${count}`;
  }
}
