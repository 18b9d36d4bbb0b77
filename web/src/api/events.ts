/** Live changes: one stream of events that says when what is shown is out of date. */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { createContext, use, useEffect, useState } from "react";

import { keepOpen } from "./stream";

/** What this needs of an event; `params` name what it is about. */
interface Event {
  code: string;
  params?: Record<string, unknown>;
}

const PAUSE = 400;

/**
 * Calls `refresh` however often it is asked to just once at a time, with `pause`
 * milliseconds between, and never loses the last call.
 *
 * A refresh is waited for: one that began before the last had its answers would throw
 * those away, and with a slow controller nothing would ever be renewed.
 */
export function throttled(
  refresh: () => Promise<unknown>,
  pause: number,
): { ask: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let busy = false;
  let again = false;
  let over = false;
  const run = () => {
    if (over || !again) {
      busy = false;
      return;
    }
    again = false;
    const rest = () => {
      timer = setTimeout(run, pause);
    };
    refresh().then(rest, rest);
  };
  return {
    ask: () => {
      again = true;
      if (busy) return;
      busy = true;
      timer = setTimeout(run, 0);
    },
    stop: () => {
      over = true;
      clearTimeout(timer);
    },
  };
}

/** What became old since the last refresh. */
export interface Stale {
  /** Anything may have changed. */
  all: boolean;
  environments: ReadonlySet<string>;
  operations: ReadonlySet<string>;
  nodes?: ReadonlySet<string>;
  /** Any environment may show a node that is not what it was. */
  moved?: boolean;
  /** Environments that are there no more. */
  gone?: ReadonlySet<string>;
}

/** Events after which an environment's name leads nowhere. */
const GONE: ReadonlySet<string> = new Set(["environment-deleted", "environment-abandoned"]);

/** What the questions of one thing begin with, behind `live`. */
const ONE: Record<string, "environments" | "operations" | "nodes"> = {
  environment: "environments",
  operation: "operations",
  node: "nodes",
};

/**
 * Whether the answer to a question may be old now; lists always may be.
 *
 * Of what is gone only the thing itself is asked for once more, for a page of its own to
 * say so; its parts, in a row that is about to leave, would only be missed.
 */
export function concerns(stale: Stale, [live, noun, name, ...part]: readonly unknown[]): boolean {
  if (live !== "live") return false;
  if (noun === "environment" && part.length > 0 && stale.gone?.has(String(name))) return false;
  const named = ONE[String(noun)];
  if (stale.all || !named || (stale.moved && noun === "environment")) return true;
  return stale[named]?.has(String(name)) ?? false;
}

/** Gathers what events tell, and asks anew for just that, a few times a second at most. */
class News {
  private all = false;
  private environments = new Set<string>();
  private operations = new Set<string>();
  private nodes = new Set<string>();
  private moved = false;
  /** Kept: nodes go on to tell what becomes of their replicas. */
  private readonly gone = new Set<string>();
  private readonly refresh: { ask: () => void; stop: () => void };

  constructor(queries: QueryClient) {
    this.refresh = throttled(() => {
      const stale: Stale = { ...this.told() };
      return queries.invalidateQueries({ predicate: ({ queryKey }) => concerns(stale, queryKey) });
    }, PAUSE);
  }

  /** Takes note of an event, or without one of a gap in which anything may have happened. */
  hear(event: Event | null): void {
    const { environment, operation, node } = event?.params ?? {};
    if (typeof environment === "string") this.about(environment, event?.code ?? "");
    else if (typeof node === "string") this.moved = true;
    else this.anything();
    if (typeof node === "string") this.nodes.add(node);
    if (typeof operation === "string") this.operations.add(operation);
    this.refresh.ask();
  }

  stop(): void {
    this.refresh.stop();
  }

  private anything(): void {
    this.all = true;
    this.gone.clear(); // a name may have been taken again unheard
  }

  private about(environment: string, code: string): void {
    this.environments.add(environment);
    if (GONE.has(code)) this.gone.add(environment);
    else if (code === "environment-created") this.gone.delete(environment);
  }

  private told(): Stale {
    const { all, environments, operations, nodes, moved, gone } = this;
    this.all = false;
    this.moved = false;
    this.nodes = new Set();
    this.environments = new Set();
    this.operations = new Set();
    return { all, environments, operations, nodes, moved, gone };
  }
}

function eventIn(message: MessageEvent<string> | null): Event | null {
  if (!message) return null;
  try {
    return JSON.parse(message.data) as Event;
  } catch {
    return null; // whatever it was, something may have changed
  }
}

/**
 * Keeps every query fresh while events come in; returns whether they do.
 *
 * Only a page that is looked at holds a stream: a browser has six connections to one
 * origin (HTTP/1.1), and with six forgotten tabs the seventh would load nothing.
 *
 * @param wanted false while there is no session to listen with.
 */
export function useLiveChanges(wanted: boolean): boolean {
  const queries = useQueryClient();
  const [live, setLive] = useState(true);
  useEffect(() => {
    if (!wanted) return undefined;
    const news = new News(queries);
    const begin = () =>
      keepOpen(() => new EventSource("/api/v1/events"), {
        onNews: (message) => {
          news.hear(eventIn(message));
        },
        onLive: setLive,
      });
    let end: (() => void) | null = document.hidden ? null : begin();
    const follow = () => {
      end?.();
      end = document.hidden ? null : begin();
    };
    document.addEventListener("visibilitychange", follow);
    return () => {
      document.removeEventListener("visibilitychange", follow);
      end?.();
      news.stop();
    };
  }, [queries, wanted]);
  return live;
}

/** Whether news come by the stream; without it, pages ask again and again. */
export const LiveContext = createContext(true);

/** Milliseconds between two questions: without the stream of events, which a proxy may cut; */
const POLLING = 3_000;
/** while work moves, whose every step is not an event; */
const WATCHING = 2_000;
/** and otherwise, so that a lost event costs delay and nothing else. */
const RECHECKING = 60_000;

/** How soon to ask again for something that moves, or rests. */
export function pauseBefore(moving: boolean, live: boolean): number {
  if (!live) return POLLING;
  return moving ? WATCHING : RECHECKING;
}

/** As `pauseBefore`, for the page that asks. */
export function usePause(): (moving: boolean) => number {
  const live = use(LiveContext);
  return (moving) => pauseBefore(moving, live);
}
