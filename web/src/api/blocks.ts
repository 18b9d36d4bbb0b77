/** Blocked releases: what nothing is resolved to any more, and where it is already. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "./client";
import { usePause } from "./events";
import type { components } from "./schema.gen";

export type BlockedRelease = components["schemas"]["BlockedRelease"];
export type BlockWish = components["schemas"]["BlockWish"];

const PAGE_SIZE = 50;
const LIST = ["live", "blocks"];

export function useBlocks(cursor: string | null) {
  const pause = usePause();
  return useQuery({
    queryKey: [...LIST, cursor],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/blocks", {
          params: { query: { limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) } },
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: () => pause(false),
  });
}

export function useAddBlock() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (wish: BlockWish) => unwrap(api.POST("/api/v1/blocks", { body: wish })),
    onSettled: () => queries.invalidateQueries({ queryKey: LIST }),
  });
}

export function useRemoveBlock() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (block: string) =>
      unwrap(api.DELETE("/api/v1/blocks/{block}", { params: { path: { block } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: LIST }),
  });
}
