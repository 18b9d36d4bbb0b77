/** Environments as the list shows them. */
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import type { Place } from "./cause";
import { api, unwrap } from "./client";
import { usePause } from "./events";
import type { components } from "./schema.gen";

export type EnvironmentItem = components["schemas"]["EnvironmentItem"];
export type Replica = components["schemas"]["Replica"];
export type EnvironmentState = EnvironmentItem["state"];

export const STATES: readonly EnvironmentState[] = [
  "resolving",
  "rolling",
  "ready",
  "degraded",
  "failed",
  "paused",
];
/** What the API can order by; `-` turns it round. The first is the usual one. */
export const ORDERS = ["name", "-name", "updated_at", "-updated_at"] as const;

export interface EnvironmentQuery {
  search: string;
  /** Any of them; every state when there is none. */
  states: EnvironmentState[];
  /** A node's name, or "" for any. */
  node: string;
  /** As `key=value`. */
  labels: string[];
  sort: (typeof ORDERS)[number];
  cursor: string | null;
}

const PAGE_SIZE = 50;
const MOVING: ReadonlySet<Replica["state"]> = new Set([
  "fetching",
  "building",
  "checking",
  "switching",
]);

/** Whether a build is under way. */
export function isMoving({ state }: Replica): boolean {
  return MOVING.has(state);
}

/** Where it is that something of a replica failed. */
export function placeOf({ environment, node, operation }: Replica): Place {
  return { environment, node, operation: operation ?? null };
}

/** Whether any of its nodes builds: only then is there progress. */
function moves({ progress }: EnvironmentItem): boolean {
  return Boolean(progress);
}

export function environmentsQuestion(wish: EnvironmentQuery) {
  const { search, states, node, labels, sort, cursor } = wish;
  return queryOptions({
    queryKey: ["live", "environments", wish],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/environments", {
          params: {
            query: {
              limit: PAGE_SIZE,
              sort,
              ...(search ? { search } : {}),
              ...(states.length > 0 ? { state: states } : {}),
              ...(node ? { node } : {}),
              ...(labels.length > 0 ? { label: labels } : {}),
              ...(cursor ? { cursor } : {}),
            },
          },
        }),
      ),
  });
}

export function useEnvironments(wish: EnvironmentQuery) {
  const pause = usePause();
  return useQuery({
    ...environmentsQuestion(wish),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => pause(data?.items.some(moves) ?? false),
  });
}

/** One environment on each of its nodes, by node. */
export function useReplicas(name: string) {
  const pause = usePause();
  return useQuery({
    queryKey: ["live", "environment", name, "replicas"],
    queryFn: () =>
      unwrap(api.GET("/api/v1/environments/{name}/replicas", { params: { path: { name } } })),
    refetchInterval: ({ state: { data } }) => pause(data?.items.some(isMoving) ?? false),
  });
}
