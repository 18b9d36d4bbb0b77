/** Environments as the list shows them. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "./client";
import type { components } from "./schema.gen";

export type Environment = components["schemas"]["Environment"];
export type Replica = components["schemas"]["Replica"];
export type EnvironmentState = Environment["state"];

export interface EnvironmentQuery {
  search: string;
  state: EnvironmentState | null;
  sort: string;
  cursor: string | null;
}

export const PAGE_SIZE = 50;

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
    // Without the stream of events (a proxy that cuts it), ask instead.
    refetchInterval: live ? false : 3_000,
  });
}
