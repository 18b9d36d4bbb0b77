/** Drift: how what nodes hold differs from what was put there. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "./client";
import { usePause } from "./events";
import type { components } from "./schema.gen";

export type ReplicaDrift = components["schemas"]["ReplicaDrift"];
export type DriftEntry = components["schemas"]["DriftEntry"];

/** What each node told last, by node; one that has not told yet is left out. */
export function useDrift(name: string) {
  const pause = usePause();
  return useQuery({
    queryKey: ["live", "environment", name, "drift"],
    queryFn: () =>
      unwrap(api.GET("/api/v1/environments/{name}/drift", { params: { path: { name } } })),
    select: ({ items }) => items,
    refetchInterval: () => pause(false),
  });
}

/** Has what drifted built anew on nodes; on all that differ where none is named. */
export function useHeal(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (nodes: readonly string[]) =>
      unwrap(
        api.POST("/api/v1/environments/{name}/heal", {
          params: { path: { name } },
          body: { nodes: [...nodes] },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["live"] }),
  });
}

/** Has every file read on all nodes. */
export function useVerify(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/api/v1/environments/{name}/verify", {
          params: { path: { name } },
          body: { nodes: [] },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["live"] }),
  });
}
