/** Follows an operation's log while somebody looks at the page. */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";

import { api, unwrap } from "../../api/client";
import { ApiError } from "../../api/problem";
import { sessionLost, useSession } from "../../api/session";
import { type Ask, PAGE } from "./feed";
import { Log, type Seen } from "./Log";

/** Too many questions at once is no refusal for good, and a lost session comes back. */
const PASSING: ReadonlySet<number> = new Set([401, 408, 429]);

function askOf(operation: string, queries: QueryClient): Ask {
  return {
    page: async (after, wait, signal) => {
      const path = { operation };
      const query = { after, wait, limit: PAGE };
      return unwrap(
        api.GET("/api/v1/operations/{operation}/log", { params: { path, query }, signal }),
      );
    },
    stream: (after) => {
      const id = encodeURIComponent(operation);
      return new EventSource(`/api/v1/operations/${id}/log/stream?after=${String(after)}`);
    },
    refused: (error) => {
      if (!(error instanceof ApiError)) return false;
      sessionLost(queries, error, undefined);
      return error.status < 500 && !PASSING.has(error.status);
    },
  };
}

export function useLog(operation: string): [Log, Seen] {
  const queries = useQueryClient();
  const { data: who } = useSession();
  const signedIn = Boolean(who?.session);
  const [log] = useState(() => new Log(askOf(operation, queries)));
  const seen = useSyncExternalStore(log.subscribe, log.snapshot);
  const { state } = seen;

  useEffect(() => {
    if (!signedIn) return undefined;
    // A page in the background would hold one of the browser's six connections.
    const follow = () => {
      if (document.hidden) log.feed.stop();
      else log.feed.start();
    };
    follow();
    document.addEventListener("visibilitychange", follow);
    return () => {
      document.removeEventListener("visibilitychange", follow);
      log.feed.stop();
    };
  }, [log, signedIn]);

  useEffect(() => {
    if (state === "ended")
      void queries.invalidateQueries({ queryKey: ["live", "operation", operation] });
  }, [queries, operation, state]);
  return [log, seen];
}
