/** What the list of environments shows, as the URL says it. */
import { useCallback } from "react";
import { useSearchParams } from "react-router";

import { type EnvironmentQuery, ORDERS, STATES } from "../api/environments";

export type Wish = EnvironmentQuery;
export type Change = (changes: Partial<Record<keyof Wish, string | null>>) => void;

/** Reads a URL's parameters; what somebody mistyped there counts as not given. */
export function wishOf(params: URLSearchParams): Wish {
  const [state, sort] = [params.get("state"), params.get("sort")];
  return {
    search: params.get("search") ?? "",
    state: STATES.find((known) => known === state) ?? null,
    sort: ORDERS.find((known) => known === sort) ?? ORDERS[0],
    cursor: params.get("cursor"),
  };
}

/** The wish and how to change it: each change is a step that the back button undoes. */
export function useWish(): [Wish, Change] {
  const [params, setParams] = useSearchParams();
  const change = useCallback<Change>(
    (changes) => {
      setParams((before) => {
        const after = new URLSearchParams(before);
        for (const [key, value] of Object.entries(changes)) {
          if (value) after.set(key, value);
          else after.delete(key);
        }
        return after;
      });
    },
    [setParams],
  );
  return [wishOf(params), change];
}
