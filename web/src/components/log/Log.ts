/** One operation's log as a page holds it: lines, how they come, and what is shown of them. */
import { LogBuffer } from "./buffer";
import { type Ask, LogFeed, type FeedState } from "./feed";
import { Rows } from "./rows";
import { Search } from "./search";

/** Milliseconds between two renders: lines come faster than anybody reads. */
export const FRAME = 100;

/** What changed since; a new one for every render. */
export interface Seen {
  state: FeedState;
  error: unknown;
}

export class Log {
  readonly buffer = new LogBuffer();
  readonly feed: LogFeed;
  private seen: Seen = { state: "reading", error: null };
  private shown: { rows: Rows; search: Search };
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(ask: Ask) {
    this.feed = new LogFeed(this.buffer, ask, () => {
      this.timer ??= setTimeout(() => {
        this.tell();
      }, FRAME);
    });
    const rows = new Rows(this.buffer.entries, "");
    this.shown = { rows, search: new Search(rows, "") };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): Seen => this.seen;

  /** The rows of one step, or of all, and what is found in them; found once, then added to. */
  look(step: string, query: string): { rows: Rows; search: Search } {
    const { rows, search } = this.shown;
    if (rows.step !== step) {
      const other = new Rows(this.buffer.entries, step);
      this.shown = { rows: other, search: new Search(other, query) };
    } else if (search.query !== query) {
      this.shown = { rows, search: new Search(rows, query) };
    }
    this.shown.rows.extend();
    this.shown.search.extend();
    return this.shown;
  }

  private tell(): void {
    this.timer = undefined;
    const { state, error } = this.feed;
    this.seen = { state, error };
    for (const listener of this.listeners) listener();
  }
}
