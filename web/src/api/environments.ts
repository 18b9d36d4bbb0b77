/** Environments as the list shows them. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "./client";
import type { components } from "./schema.gen";

export type Environment = components["schemas"]["Environment"];
export type Replica = components["schemas"]["Replica"];
export type EnvironmentState = Environment["state"];

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
  state: EnvironmentState | null;
  sort: (typeof ORDERS)[number];
  cursor: string | null;
}

const PAGE_SIZE = 50;
/** Milliseconds between two questions: without the stream of events, which a proxy may cut; */
const POLLING = 3_000;
/** while builds move, whose every step is not an event; */
const WATCHING = 2_000;
/** and otherwise, so that a lost event costs delay and nothing else. */
const RECHECKING = 60_000;
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

/** How soon to ask again for what is shown. */
export function pauseBefore(shown: readonly Environment[], live: boolean): number {
  if (!live) return POLLING;
  return shown.some(({ replicas }) => replicas.some(isMoving)) ? WATCHING : RECHECKING;
}

/** Packages done and to do, over all nodes that build. */
export function progressOf(replicas: readonly Replica[]): { done: number; total: number } {
  return replicas.filter(isMoving).reduce(
    ({ done, total }, { progress }) => ({
      done: done + (progress?.packages_done ?? 0),
      total: total + (progress?.packages_total ?? 0),
    }),
    { done: 0, total: 0 },
  );
}

export function useEnvironments({ search, state, sort, cursor }: EnvironmentQuery, live: boolean) {
  return useQuery({
    queryKey: ["live", "environments", search, state, sort, cursor],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/environments", {
          params: {
            query: {
              limit: PAGE_SIZE,
              sort,
              ...(search ? { search } : {}),
              ...(state ? { state } : {}),
              ...(cursor ? { cursor } : {}),
            },
          },
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => pauseBefore(data?.items ?? [], live),
  });
}
