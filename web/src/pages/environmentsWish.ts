/** What the list of environments shows, as the URL says it. */
import { type EnvironmentQuery, ORDERS, STATES } from "../api/environments";
import { type Change as ChangeAddress, oneOf, useAddress } from "../app/address";

export type Wish = EnvironmentQuery;
export type Change = ChangeAddress;

/** Reads a URL's parameters. */
export function wishOf(params: URLSearchParams): Wish {
  return {
    search: params.get("search") ?? "",
    state: oneOf(params, "state", STATES),
    sort: oneOf(params, "sort", ORDERS) ?? ORDERS[0],
    cursor: params.get("cursor"),
  };
}

export function useWish(): [Wish, Change] {
  const [params, change] = useAddress();
  return [wishOf(params), change];
}
