/** Live changes: one stream of events that says when what is shown is out of date. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { keepOpen } from "./stream";

const PAUSE = 400;

/**
 * Calls `refresh` at most once in `pause` milliseconds however often it is asked to,
 * and never loses the last call.
 */
export function throttled(refresh: () => void, pause: number): { ask: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let again = false;
  const run = () => {
    timer = null;
    if (!again) return;
    again = false;
    refresh();
    timer = setTimeout(run, pause);
  };
  return {
    ask: () => {
      again = true;
      timer ??= setTimeout(run, 0);
    },
    stop: () => {
      if (timer) clearTimeout(timer);
    },
  };
}

/**
 * Keeps every query fresh while events come in; returns whether they do.
 *
 * Only a page that is looked at holds a stream: a browser has six connections to one
 * origin (HTTP/1.1), and with six forgotten tabs the seventh would load nothing.
 */
export function useLiveChanges(): boolean {
  const queries = useQueryClient();
  const [live, setLive] = useState(true);
  useEffect(() => {
    const refresh = throttled(() => void queries.invalidateQueries({ queryKey: ["live"] }), PAUSE);
    const begin = () =>
      keepOpen(() => new EventSource("/api/v1/events"), { onNews: refresh.ask, onLive: setLive });
    let end: (() => void) | null = document.hidden ? null : begin();
    const follow = () => {
      end?.();
      end = document.hidden ? null : begin();
    };
    document.addEventListener("visibilitychange", follow);
    return () => {
      document.removeEventListener("visibilitychange", follow);
      end?.();
      refresh.stop();
    };
  }, [queries]);
  return live;
}
