/** The stream of events: the newest are kept, whoever comes back gets what was missed. */
import type { Clock } from "./clock";
import { Wake } from "./wake";

/** One event; the API's description does not have it, for it only goes into a stream. */
interface EventDocument {
  id: number;
  at: string;
  code: string;
  params: Record<string, unknown>;
}

const KEPT = 2_000;

export class Events {
  private readonly clock: Clock;
  private readonly kept: number;
  private readonly wake = new Wake();
  private recent: EventDocument[] = [];
  private last = 0;

  constructor(clock: Clock, kept = KEPT) {
    this.clock = clock;
    this.kept = kept;
  }

  add(code: string, params: Record<string, unknown> = {}): void {
    this.last += 1;
    this.recent.push({ id: this.last, at: this.clock.at(), code, params });
    if (this.recent.length > 2 * this.kept) this.recent = this.recent.slice(-this.kept);
    this.wake.ring();
  }

  /** Yields events after an id, or from now on, until `signal` ends it. */
  async *follow(after: number | null, signal: AbortSignal): AsyncGenerator<EventDocument> {
    let seen = after ?? this.last;
    if (seen > this.last || seen < this.floor) {
      seen = this.last;
      yield { id: seen, at: this.clock.at(), code: "events-missed", params: {} };
    }
    while (!signal.aborted) {
      const batch = this.recent.filter(({ id }) => id > seen);
      for (const event of batch) {
        seen = event.id;
        yield event;
      }
      if (batch.length === 0) await this.wake.wait(signal);
    }
  }

  /** The newest id of which nothing is known any more. */
  private get floor(): number {
    return (this.recent[0]?.id ?? this.last + 1) - 1;
  }
}
