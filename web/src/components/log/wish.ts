/** What of a log is looked at, as the address says it, so that it can be sent to others. */
import { useCallback } from "react";

import { type Changes, useAddress } from "../../app/address";

export interface LogWish {
  query: string;
  step: string;
  /** The sequence of a line; the address counts from 1, as the page does. */
  chosen: number | null;
}

/** Reads an address' parameters. */
export function logWishOf(params: URLSearchParams): LogWish {
  const line = Number(params.get("line"));
  return {
    query: params.get("q") ?? "",
    step: params.get("step") ?? "",
    chosen: Number.isSafeInteger(line) && line > 0 ? line - 1 : null,
  };
}

/** Looking at a log is no step to go back from. */
export function useLogWish(): [LogWish, (changes: Changes) => void] {
  const [params, change] = useAddress();
  const look = useCallback(
    (changes: Changes) => {
      change(changes, { replace: true });
    },
    [change],
  );
  return [logWishOf(params), look];
}
