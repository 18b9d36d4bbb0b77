/** Operations: followed, cancelled and tried again. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "./client";
import { concerns, usePause } from "./events";
import type { components } from "./schema.gen";

export type Operation = components["schemas"]["Operation"];

export type OperationState = Operation["state"];
export type OperationKind = Operation["kind"];

export const OPEN: readonly OperationState[] = ["running", "queued"];
export const ENDED: readonly OperationState[] = ["failed", "succeeded", "cancelled"];
export const KINDS: readonly OperationKind[] = [
  "resolve",
  "build",
  "remove",
  "heal",
  "verify",
  "python-install",
  "python-remove",
];
/** What has to be carried through. */
const REMOVALS: ReadonlySet<OperationKind> = new Set(["remove", "python-remove"]);

export interface OperationQuery {
  /** Any of them. */
  states: readonly OperationState[];
  /** Any of them; all of them when empty. */
  kinds: readonly OperationKind[];
  environment: string | null;
  node: string | null;
  cursor: string | null;
}

const PAGE_SIZE = 25;
/** So many that run at once are shown without turning pages. */
export const AT_ONCE = 50;

/** Whether it will still change. */
export function isOpen({ state }: Operation): boolean {
  return state === "queued" || state === "running";
}

/** Whether it can be stopped; a removal has to be carried through. */
export function isCancellable(operation: Operation): boolean {
  return isOpen(operation) && !REMOVALS.has(operation.kind);
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

/**
 * Whether nothing newer was asked of the same node, or of the environment itself: only the
 * newest can be tried again. True until known, for the controller decides in the end.
 */
export function useNewest(operation: Operation): boolean {
  const { id, environment, node, kind } = operation;
  const { data } = useQuery({
    queryKey: ["live", "operation", id, "newest"],
    enabled: isRetryable(operation) && environment !== null,
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/operations", {
          params: {
            query: {
              limit: 1,
              ...(environment ? { environment } : {}),
              ...(node ? { node } : { kind: [kind] }),
            },
          },
        }),
      ),
  });
  const newest = data?.items[0];
  return !newest || newest.id === id;
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

/** One page of operations, newest first. */
export function useOperations(wish: OperationQuery, limit = PAGE_SIZE) {
  const { states, kinds, environment, node, cursor } = wish;
  const pause = usePause();
  return useQuery({
    queryKey: ["live", "operations", states, kinds, environment, node, cursor, limit],
    enabled: states.length > 0,
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/operations", {
          params: {
            query: {
              limit,
              state: [...states],
              kind: [...kinds],
              ...(environment ? { environment } : {}),
              ...(node ? { node } : {}),
              ...(cursor ? { cursor } : {}),
            },
          },
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => pause(data?.items.some(isOpen) ?? false),
  });
}

const ALL: OperationQuery = { states: OPEN, kinds: [], environment: null, node: null, cursor: null };

/** What is under way or waits for its turn, everywhere. */
export function useOpenOperations() {
  return useOperations(ALL, AT_ONCE);
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

/**
 * Cancels an operation or tries it again.
 *
 * @param onRetried is given the new operation.
 */
export function useAskOperation(onRetried?: (made: Operation) => void) {
  const renew = useRenew();
  return useMutation({
    mutationFn: ({ operation, asked }: { operation: Operation; asked: Asked }) =>
      unwrap(ASK[asked](operation.id)),
    onSuccess: (made, { asked }) => {
      if (asked === "retry") onRetried?.(made);
    },
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
