/** Logs of operations: lines that are there, lines made when asked for, lines to come. */
import type { Schemas } from "../schema";
import { Wake } from "./wake";

export type LogLine = Schemas["LogLine"];
export type Step = LogLine["step"];
export type Line = Pick<LogLine, "at" | "step" | "text">;

const PAGE = 1_000;

export class Log {
  private readonly wake = new Wake();
  private readonly made: (place: number) => Line;
  private readonly begun: number;
  private readonly lines: Line[] = [];
  ended: boolean;

  /** Begins with `count` lines that `made` makes when they are read. */
  constructor(count = 0, made?: (place: number) => Line, ended = false) {
    this.begun = count;
    this.made = made ?? (() => ({ at: "", step: "queue", text: "" }));
    this.ended = ended;
  }

  get length(): number {
    return this.begun + this.lines.length;
  }

  add(at: string, step: Step, ...texts: string[]): void {
    this.lines.push(...texts.map((text) => ({ at, step, text })));
    this.wake.ring();
  }

  end(): void {
    this.ended = true;
    this.wake.ring();
  }

  page(since: number, limit = PAGE): Schemas["LogPage"] {
    const next = Math.max(since, Math.min(this.length, since + limit));
    const lines = Array.from({ length: next - since }, (_, place) => this.line(since + place));
    return { lines, next, ended: this.ended && next >= this.length, cut: 0 };
  }

  /** Returns the next lines once there are some, or the end, or after `limit` milliseconds. */
  async nextPage(since: number, signal: AbortSignal, limit?: number): Promise<Schemas["LogPage"]> {
    if (since >= this.length && !this.ended) await this.wake.wait(signal, limit);
    return this.page(since);
  }

  private line(sequence: number): LogLine {
    const kept = this.lines[sequence - this.begun];
    return { v: 1, sequence, ...(kept ?? this.made(sequence)) };
  }
}
