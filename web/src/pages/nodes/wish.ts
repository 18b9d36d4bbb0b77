/** What the list of nodes shows, as the URL says it. */
import { useMemo } from "react";

import { NODE_ORDERS, NODE_STATES, type NodeQuery } from "../../api/nodes";
import { type Change, type Changes, oneOf, someOf, useAddress } from "../../app/address";

/** How the address names the nodes that are in no region: an empty value is no parameter. */
export const NOWHERE = "-";

/** Takes every filter away, the search too; the order stays. */
export const UNFILTERED: Changes = {
  search: null,
  state: null,
  region: null,
  label: null,
  cursor: null,
};

/** Reads a URL's parameters. */
export function wishOf(params: URLSearchParams): NodeQuery {
  const regions = params.getAll("region").filter(Boolean);
  return {
    search: params.get("search") ?? "",
    states: someOf(params, "state", NODE_STATES),
    regions: regions.map((region) => (region === NOWHERE ? "" : region)),
    labels: params.getAll("label").filter(Boolean),
    sort: oneOf(params, "sort", NODE_ORDERS) ?? "name",
    cursor: params.get("cursor"),
  };
}

/** How many filters narrow the list: each state, region and label is one. */
export function filtersIn({ search, states, regions, labels }: NodeQuery): number {
  return states.length + regions.length + labels.length + (search ? 1 : 0);
}

export function useWish(): [NodeQuery, Change] {
  const [params, change] = useAddress();
  return [useMemo(() => wishOf(params), [params]), change];
}
