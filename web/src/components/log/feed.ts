/**
 * Brings a log's lines: what there is by pages, what comes by the stream.
 *
 * Every way on begins with pages from the next line that is missing, so a cut costs delay
 * and no line. Where a proxy cuts the stream before it brings anything, or holds back what
 * it should bring, pages that wait for lines take its place for a while.
 */
import type { Source } from "../../api/stream";
import type { components } from "../../api/schema.gen";
import type { LogBuffer, Sent } from "./buffer";

type LogPage = Omit<components["schemas"]["LogPage"], "lines"> & { lines: Sent[] };

/** What this needs of the browser's stream: the end has a kind of its own. */
export type LogSource = Source & Pick<EventSource, "addEventListener">;

/** How a feed asks the controller. */
export interface Ask {
  /** @param wait seconds to wait for a line if there is none. */
  page: (after: number, wait: number, signal: AbortSignal) => Promise<LogPage>;
  stream: (after: number) => LogSource;
  /** Whether asking again would be answered the same. */
  refused: (error: unknown) => boolean;
}

/** `reading` what there is, `live`, `polling` instead of that, cut `off`, `refused` or `ended`. */
export type FeedState = "reading" | "live" | "polling" | "off" | "refused" | "ended";

/** Lines of one page. */
export const PAGE = 5_000;
/** Milliseconds for which a stream may be silent before pages check that nothing is held back. */
export const QUIET = 15_000;
/** Milliseconds until a stream must have opened. */
export const OPENING = 5_000;
/** Streams without a line in a row, after which pages take over; */
export const FRUITLESS = 2;
/** for so many questions, each of so many seconds. */
const POLLS = 6;
const WAIT = 20;
/** Milliseconds until a stream that ended is opened anew; */
const AGAIN = 1_000;
/** and until a question that failed is asked again. */
const PAUSES = [1_000, 2_000, 4_000, 8_000];

export class LogFeed {
  state: FeedState = "reading";
  error: unknown = null;
  private stopped: AbortController | null = null;
  private fruitless = 0;

  constructor(
    private readonly buffer: LogBuffer,
    private readonly ask: Ask,
    private readonly changed: () => void,
  ) {}

  /** Begins, or goes on after a stop; nothing is brought twice. */
  start(): void {
    if (this.stopped || this.state === "ended" || this.state === "refused") return;
    this.stopped = new AbortController();
    void this.run(this.stopped.signal);
  }

  stop(): void {
    this.stopped?.abort();
    this.stopped = null;
  }

  private async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted && !this.over; ) {
      try {
        await this.bring(signal);
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        this.set(this.ask.refused(error) ? "refused" : "off", error);
        if (this.over) return;
        await pause(PAUSES[failures] ?? 8_000, signal);
        failures += 1;
      }
    }
  }

  private get over(): boolean {
    return this.state === "ended" || this.state === "refused";
  }

  /** Reads up to what there is now, then listens. */
  private async bring(signal: AbortSignal): Promise<void> {
    await this.catchUp(signal);
    if (this.over || signal.aborted) return;
    if (this.fruitless < FRUITLESS) return this.listen(signal);
    this.set("polling");
    for (let polls = 0; polls < POLLS && !this.over && !signal.aborted; polls += 1)
      await this.read(WAIT, signal);
    this.fruitless = FRUITLESS - 1; // one more stream, in case the way is open now
  }

  private async catchUp(signal: AbortSignal): Promise<void> {
    while ((await this.read(0, signal)) >= PAGE && !this.over && !signal.aborted);
  }

  /** Takes one page; returns how many lines it had. */
  private async read(wait: number, signal: AbortSignal): Promise<number> {
    const { lines, ended } = await this.ask.page(this.buffer.next, wait, signal);
    if (signal.aborted) return 0;
    for (const line of lines) this.buffer.add(line);
    if (ended) this.set("ended");
    else if (this.state === "off") this.set("reading");
    this.changed();
    return lines.length;
  }

  /** Takes lines from a stream until it ends, is cut or falls silent. */
  private async listen(signal: AbortSignal): Promise<void> {
    const stream = this.ask.stream(this.buffer.next);
    const brought = await this.hear(stream, signal).finally(() => {
      stream.close();
    });
    if (signal.aborted || this.over) return;
    this.fruitless = brought ? 0 : this.fruitless + 1;
    await pause(AGAIN, signal);
  }

  /** Returns whether the stream was of use, once it is over. */
  private hear(stream: LogSource, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      let timer: Timer | undefined;
      let lines = 0;
      const done = (useful: boolean) => {
        clearTimeout(timer);
        resolve(useful);
      };
      const look = () => {
        this.quiet(signal).then(
          (quiet) => {
            if (quiet) timer = setTimeout(look, QUIET);
            else done(false);
          },
          () => {
            done(lines > 0);
          },
        );
      };
      const heard = () => {
        clearTimeout(timer);
        timer = setTimeout(look, QUIET);
      };
      timer = setTimeout(done, OPENING, false);
      stream.onopen = () => {
        this.set("live");
        heard();
      };
      stream.onmessage = ({ data }: MessageEvent<string>) => {
        if (this.take(data)) lines += 1;
        heard();
      };
      stream.onerror = () => {
        done(lines > 0);
      };
      stream.addEventListener("end", () => {
        this.set("ended");
        done(true);
      });
      signal.addEventListener("abort", () => {
        done(true);
      });
    });
  }

  /** Whether a stream without lines holds none back: a page tells. */
  private async quiet(signal: AbortSignal): Promise<boolean> {
    return (await this.read(0, signal)) === 0 && !this.over;
  }

  private take(data: string): boolean {
    const fresh = this.buffer.add(JSON.parse(data) as Sent);
    if (fresh) this.changed();
    return fresh;
  }

  private set(state: FeedState, error: unknown = null): void {
    if (this.state === state && this.error === error) return;
    this.state = state;
    this.error = error;
    this.changed();
  }
}

type Timer = ReturnType<typeof setTimeout>;

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
