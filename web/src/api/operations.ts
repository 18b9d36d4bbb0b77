/** Operations: followed, cancelled and tried again. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "./client";
import { concerns, usePause } from "./events";
import type { components } from "./schema.gen";

export type Operation = components["schemas"]["Operation"];

const PAGE_SIZE = 25;

/** Whether it will still change. */
export function isOpen({ state }: Operation): boolean {
  return state === "queued" || state === "running";
}

/** Whether it can be stopped; a removal has to be carried through. */
export function isCancellable(operation: Operation): boolean {
  return isOpen(operation) && operation.kind !== "remove";
}

/** Whether it ended without what was wanted; only the newest of its kind can be tried again. */
export function isRetryable({ state }: Operation): boolean {
  return state === "failed" || state === "cancelled";
}

/** Milliseconds of work, up to `now` while it goes on; null before it began. */
export function durationOf(operation: Operation, now: number): number | null {
  const { started_at: started, ended_at: ended } = operation;
  if (!started) return null;
  return Math.max(0, (ended ? Date.parse(ended) : now) - Date.parse(started));
}

/** One operation; null asks for none. */
export function useOperation(id: string | null) {
  const pause = usePause();
  return useQuery({
    queryKey: ["live", "operation", id],
    enabled: id !== null,
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/operations/{operation}", { params: { path: { operation: id ?? "" } } }),
      ),
    refetchInterval: ({ state: { data } }) => pause(data ? isOpen(data) : false),
  });
}

/** What was done for one environment, newest first. */
export function useEnvironmentOperations(name: string, cursor: string | null) {
  const pause = usePause();
  return useQuery({
    queryKey: ["live", "environment", name, "operations", cursor],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/operations", {
          params: {
            query: { environment: name, limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) },
          },
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => pause(data?.items.some(isOpen) ?? false),
  });
}

/** What may be asked of an operation. */
export type Asked = "cancel" | "retry";

const ASK = {
  cancel: (operation: string) =>
    api.POST("/api/v1/operations/{operation}/cancel", { params: { path: { operation } } }),
  retry: (operation: string) =>
    api.POST("/api/v1/operations/{operation}/retry", { params: { path: { operation } } }),
} as const;

/** Asks anew for what a question to these operations may have changed. */
function useRenew(): (operations: string[], environment: string | null) => Promise<void> {
  const queries = useQueryClient();
  return (operations, environment) => {
    const environments = new Set(environment ? [environment] : []);
    const stale = { all: false, environments, operations: new Set(operations) };
    return queries.invalidateQueries({ predicate: ({ queryKey }) => concerns(stale, queryKey) });
  };
}

/** Cancels an operation or tries it again; a retry's answer is the new operation. */
export function useAskOperation() {
  const renew = useRenew();
  return useMutation({
    mutationFn: ({ operation, asked }: { operation: Operation; asked: Asked }) =>
      unwrap(ASK[asked](operation.id)),
    onSettled: (_answer, _error, { operation: { id, environment } }) => renew([id], environment),
  });
}

/** Cancels several operations of an environment or tries them again, and tells the first refusal. */
export function useAskEach(environment: string) {
  const renew = useRenew();
  return useMutation({
    mutationFn: async ({ operations, asked }: { operations: string[]; asked: Asked }) => {
      let refused: unknown = null;
      for (const each of operations) {
        try {
          await unwrap(ASK[asked](each));
        } catch (error) {
          refused ??= error; // the others are no worse for it
        }
      }
      if (refused) throw refused as Error;
    },
    onSettled: (_answer, _error, { operations }) => renew(operations, environment),
  });
}
