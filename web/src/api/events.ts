/** Live changes: one stream of events that says when a list is out of date. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

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

/** Keeps every query fresh while events come in; returns whether the stream is open. */
export function useLiveChanges(): boolean {
  const queries = useQueryClient();
  const [open, setOpen] = useState(true);
  useEffect(() => {
    const refresh = throttled(() => void queries.invalidateQueries({ queryKey: ["live"] }), PAUSE);
    const source = new EventSource("/api/v1/events");
    source.onopen = () => {
      setOpen(true);
      refresh.ask();
    };
    source.onmessage = refresh.ask;
    source.onerror = () => {
      setOpen(false);
    };
    return () => {
      source.close();
      refresh.stop();
    };
  }, [queries]);
  return open;
}
