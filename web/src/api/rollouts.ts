/** Rollouts: how revisions go to an environment's nodes, and what people do to the open one. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "./client";
import { usePause } from "./events";
import type { components } from "./schema.gen";

export type Rollout = components["schemas"]["Rollout"];
export type RolloutBrief = components["schemas"]["RolloutBrief"];
export type RolloutStep = components["schemas"]["RolloutStep"];
export type Steering = "sync" | "pause" | "resume" | "abort";

const PAGE_SIZE = 20;
const PATHS = {
  sync: "/api/v1/environments/{name}/sync",
  pause: "/api/v1/environments/{name}/pause",
  resume: "/api/v1/environments/{name}/resume",
  abort: "/api/v1/environments/{name}/abort",
} as const;

/** An environment's rollouts, the newest first; the first may be open. */
export function useRollouts(name: string, cursor: string | null) {
  const pause = usePause();
  return useQuery({
    queryKey: ["live", "environment", name, "rollouts", cursor],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/environments/{name}/rollouts", {
          params: { path: { name }, query: { limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) } },
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) =>
      pause(data?.items.some(({ ended_at: ended }) => ended === null) ?? false),
  });
}

export function useSteering(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (action: Steering) =>
      unwrap(api.POST(PATHS[action], { params: { path: { name } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["live"] }),
  });
}
