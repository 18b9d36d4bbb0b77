/** Finding text in the rows that are shown, as typed: no pattern, either case. */
import type { Rows } from "./rows";

/** A piece of a line; `hit` says which occurrence in the line it is, counted from 0. */
export interface Part {
  text: string;
  hit: number | null;
}

function patternOf(query: string): RegExp | null {
  if (!query) return null;
  return new RegExp(query.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), "giu");
}

export class Search {
  /** The row of each occurrence, in order. */
  readonly hits: number[] = [];
  private readonly pattern: RegExp | null;
  private seen = 0;

  constructor(
    private readonly rows: Rows,
    readonly query: string,
  ) {
    this.pattern = patternOf(query);
  }

  /** Takes in rows that were added since. */
  extend(): void {
    const { pattern, rows, hits } = this;
    for (; this.seen < rows.shown.length; this.seen += 1) {
      if (!pattern) continue;
      const text = rows.at(this.seen)?.text ?? "";
      pattern.lastIndex = 0;
      while (pattern.test(text)) hits.push(this.seen);
    }
  }

  /** The first occurrence at or after a row, else the first of all; -1 when there is none. */
  from(row: number): number {
    if (this.hits.length === 0) return -1;
    const found = this.lowest(row);
    return found < this.hits.length ? found : 0;
  }

  /** Which of its row's occurrences one is. */
  within(hit: number): number {
    return hit - this.lowest(this.hits[hit] ?? 0);
  }

  /** Cuts a line at its occurrences. */
  parts(text: string): Part[] {
    if (!this.pattern) return [{ text, hit: null }];
    const parts: Part[] = [];
    let end = 0;
    let hit = 0;
    for (const found of text.matchAll(this.pattern)) {
      if (found.index > end) parts.push({ text: text.slice(end, found.index), hit: null });
      parts.push({ text: found[0], hit });
      end = found.index + found[0].length;
      hit += 1;
    }
    if (end < text.length) parts.push({ text: text.slice(end), hit: null });
    return parts;
  }

  private lowest(row: number): number {
    let [low, high] = [0, this.hits.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.hits[middle] ?? 0) < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
