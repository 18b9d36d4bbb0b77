/** Join tokens: what machines become nodes with. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "./client";
import { usePause } from "./events";
import type { components } from "./schema.gen";

export type NodeToken = components["schemas"]["NodeToken"];
export type NodeTokenCreate = components["schemas"]["NodeTokenCreate"];

const PAGE_SIZE = 25;
const LIST = ["live", "node-tokens"];

export type TokenState = "open" | "used-up" | "expired";

/** Whether a machine may still join with it. */
export function tokenState({ uses, used, expires_at }: NodeToken, now: number): TokenState {
  if (used >= uses) return "used-up";
  return Date.parse(expires_at) <= now ? "expired" : "open";
}

/** @param wanted false for who may not read it: the refusal needs no question. */
export function useNodeTokens(cursor: string | null, wanted: boolean) {
  const pause = usePause();
  return useQuery({
    queryKey: [...LIST, cursor],
    enabled: wanted,
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/node-tokens", {
          params: { query: { limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) } },
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: () => pause(false),
  });
}

export function useCreateNodeToken() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ wish, key }: { wish: NodeTokenCreate; key: string }) =>
      unwrap(api.POST("/api/v1/node-tokens", { body: wish, headers: { "Idempotency-Key": key } })),
    onSettled: () => queries.invalidateQueries({ queryKey: LIST }),
  });
}

export function useRevokeNodeToken() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (token: string) =>
      unwrap(api.DELETE("/api/v1/node-tokens/{token}", { params: { path: { token } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: LIST }),
  });
}
