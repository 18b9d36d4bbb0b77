/** Drift: how what nodes hold differs from what was put there. */
import { useQuery } from "@tanstack/react-query";

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
