/** Which entries are shown: all of them, or one step's. Gaps stay, for honesty. */
import type { Entry } from "./buffer";

/** Positions of entries, found bit by bit as the log grows. */
export class Rows {
  readonly shown: number[] = [];
  /** How many of them are lines. */
  lines = 0;
  private seen = 0;

  constructor(
    private readonly entries: readonly Entry[],
    readonly step: string,
  ) {}

  /** Takes in what was added since. */
  extend(): void {
    const { entries, step, shown } = this;
    for (; this.seen < entries.length; this.seen += 1) {
      const entry = entries[this.seen];
      if (!entry || (step && entry.left === 0 && entry.step !== step)) continue;
      shown.push(this.seen);
      if (entry.left === 0) this.lines += 1;
    }
  }

  /** The row of a line, by its sequence: itself, or the gap in its place; -1 while neither came. */
  rowOf(sequence: number): number {
    let [low, high] = [0, this.shown.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.at(middle)?.sequence ?? 0) <= sequence) low = middle + 1;
      else high = middle;
    }
    const found = this.at(low - 1);
    if (!found) return -1;
    return sequence < found.sequence + Math.max(1, found.left) ? low - 1 : -1;
  }

  at(row: number): Entry | undefined {
    return this.entries[this.shown[row] ?? -1];
  }
}
