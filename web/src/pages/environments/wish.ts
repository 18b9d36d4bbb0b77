/** What the list of environments shows, as the URL says it. */
import { useMemo } from "react";

import { type EnvironmentQuery, ORDERS, STATES } from "../../api/environments";
import { type Change as ChangeAddress, type Changes, oneOf, someOf, useAddress } from "../../app/address";

/** Where the list is. */
export const LIST = "/environments";

export type Wish = EnvironmentQuery;
export type Change = ChangeAddress;

/** Takes every filter away, the search too; the order stays. */
export const UNFILTERED: Changes = {
  search: null,
  state: null,
  node: null,
  label: null,
  cursor: null,
};

/** Reads a URL's parameters. */
export function wishOf(params: URLSearchParams): Wish {
  return {
    search: params.get("search") ?? "",
    states: someOf(params, "state", STATES),
    node: params.get("node") ?? "",
    labels: params.getAll("label").filter(Boolean),
    sort: oneOf(params, "sort", ORDERS) ?? ORDERS[0],
    cursor: params.get("cursor"),
  };
}

/** How many filters narrow the list: each state and each label is one. */
export function filtersIn({ search, states, node, labels }: Wish): number {
  return states.length + labels.length + (node ? 1 : 0) + (search ? 1 : 0);
}

export function useWish(): [Wish, Change] {
  const [params, change] = useAddress();
  return [useMemo(() => wishOf(params), [params]), change];
}
