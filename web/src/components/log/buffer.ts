/**
 * A log's lines in order, each once, whether they came as a page or by the stream.
 *
 * The controller numbers lines without gaps; where a number is missing, it has left lines
 * out of the middle of a log that grew too long. Such a gap is an entry of its own, so that
 * nobody takes what is there for all that there was.
 */
import type { components } from "../../api/schema.gen";

export type Sent = Pick<components["schemas"]["LogLine"], "sequence" | "at" | "step" | "text">;

/** A line, or a gap. */
export interface Entry {
  sequence: number;
  /** Milliseconds since 1970. */
  at: number;
  step: string;
  text: string;
  /** How many lines were left out here; 0 for a line. */
  left: number;
}

/** What the controller writes where it has left lines out. */
const MARK = /^\[… (\d+) lines left out …\]$/;

function isMark(entry: Entry | undefined, count: number): entry is Entry {
  return entry !== undefined && Number(MARK.exec(entry.text)?.[1]) === count;
}

export class LogBuffer {
  /** Only ever added to, so that whoever read so many of them reads on from there. */
  readonly entries: Entry[] = [];
  private readonly counts = new Map<string, number>();
  private expected = 0;
  private total = 0;

  /** How many lines are here. */
  get lines(): number {
    return this.total;
  }

  /** The sequence of the line that comes next. */
  get next(): number {
    return this.expected;
  }

  /** How many lines each step printed, in the order in which they began. */
  get steps(): ReadonlyMap<string, number> {
    return this.counts;
  }

  /** Takes a line; one that is here already is passed over. Returns whether it was new. */
  add({ sequence, at, step, text }: Sent): boolean {
    if (sequence < this.expected) return false;
    const entry = { sequence, at: Date.parse(at), step, text, left: 0 };
    if (sequence > this.expected) this.leaveOut(sequence, entry);
    this.entries.push(entry);
    this.counts.set(step, (this.counts.get(step) ?? 0) + 1);
    this.total += 1;
    this.expected = sequence + 1;
    return true;
  }

  /** Notes the gap before a line. The controller's mark has the number of its first line. */
  private leaveOut(sequence: number, { at, step }: Entry): void {
    const last = this.entries.at(-1);
    const marked = sequence - this.expected + 1;
    if (isMark(last, marked)) {
      this.total -= 1;
      this.counts.set(last.step, (this.counts.get(last.step) ?? 1) - 1);
      this.entries[this.entries.length - 1] = { ...last, text: "", left: marked };
      return;
    }
    const left = sequence - this.expected;
    this.entries.push({ sequence: this.expected, at, step, text: "", left });
  }
}
