/** Nodes: the machines that environments are for. */
import {
  keepPreviousData,
  queryOptions,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";

import { api, unwrap } from "./client";
import { usePause } from "./events";
import { isMoving } from "./environments";
import { ApiError } from "./problem";
import type { components } from "./schema.gen";

export type Node = components["schemas"]["Node"];
export type NodeState = Node["state"];
export type NodeEdit = components["schemas"]["NodeEdit"];
export type Metric = components["schemas"]["Metric"];
export type NodeHistory = components["schemas"]["NodeHistory"];

export const NODE_STATES: readonly NodeState[] = ["online", "offline", "cordoned"];
/** What a list can be ordered by; the first is the usual one. */
const SORTS = ["name", "state", "region", "cpu", "memory", "disk", "last_seen_at"] as const;
type Sort = (typeof SORTS)[number];
export const NODE_ORDERS: readonly (Sort | `-${Sort}`)[] = SORTS.flatMap(
  (sort) => [sort, `-${sort}`] as const,
);

export interface NodeQuery {
  search: string;
  /** Any of them; every state when there is none. */
  states: readonly NodeState[];
  /** Any of them, "" for nodes in none; all when empty. */
  regions: readonly string[];
  /** As `key=value`. */
  labels: readonly string[];
  sort: (typeof NODE_ORDERS)[number];
  cursor: string | null;
}

const PAGE_SIZE = 50;
/** The most that one page has. */
export const WHOLE_PAGE = 500;
/** Milliseconds between two looks at the meters: a node tells every ten seconds how it does. */
const METERED = 5_000;

/** Whether there is no such node, or none any more. */
export function isNodeGone(error: Error | null): boolean {
  return error instanceof ApiError && error.problem?.code === "node-not-found";
}

export function nodesQuestion(wish: NodeQuery) {
  const { search, states, regions, labels, sort, cursor } = wish;
  return queryOptions({
    queryKey: ["live", "nodes", wish],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/nodes", {
          params: {
            query: {
              limit: PAGE_SIZE,
              sort,
              ...(search ? { search } : {}),
              ...(states.length > 0 ? { state: [...states] } : {}),
              ...(regions.length > 0 ? { region: [...regions] } : {}),
              ...(labels.length > 0 ? { label: [...labels] } : {}),
              ...(cursor ? { cursor } : {}),
            },
          },
        }),
      ),
  });
}

/** One page of nodes, its meters live. */
export function useNodeList(wish: NodeQuery) {
  const pause = usePause();
  return useQuery({
    ...nodesQuestion(wish),
    placeholderData: keepPreviousData,
    refetchInterval: () => Math.min(METERED, pause(false)),
  });
}

/** Some nodes, and how many there are of their kind in all. */
export interface Found {
  items: readonly Node[];
  total: number;
}

/** The nodes with these names, or with all of these labels (`key=value`): at most one page. */
export function useNodesBy(by: "name" | "label", wanted: readonly string[]) {
  const pause = usePause();
  return useQuery({
    queryKey: ["live", "nodes", by, wanted],
    enabled: wanted.length > 0,
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/nodes", {
          params: { query: { limit: WHOLE_PAGE, [by]: [...wanted] } },
        }),
      ),
    select: ({ items, counts }): Found => ({
      items,
      total: Object.values(counts).reduce((sum, each) => sum + each, 0),
    }),
    placeholderData: keepPreviousData,
    refetchInterval: () => pause(false),
  });
}

/** The nodes that came last, newest first. */
export function useNewestNodes(count: number, wanted: boolean) {
  const pause = usePause();
  return useQuery({
    queryKey: ["live", "nodes", "newest", count],
    enabled: wanted,
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/nodes", { params: { query: { limit: count, sort: "-created_at" } } }),
      ),
    select: ({ items }) => items,
    refetchInterval: () => pause(true),
  });
}

export function useNode(name: string) {
  const pause = usePause();
  return useQuery({
    queryKey: ["live", "node", name],
    queryFn: () => unwrap(api.GET("/api/v1/nodes/{name}", { params: { path: { name } } })),
    refetchInterval: () => Math.min(METERED, pause(false)),
  });
}

/** What is on a node, by environment. */
export function useNodeReplicas(name: string) {
  const pause = usePause();
  return useQuery({
    queryKey: ["live", "node", name, "replicas"],
    queryFn: () => unwrap(api.GET("/api/v1/nodes/{name}/replicas", { params: { path: { name } } })),
    refetchInterval: ({ state: { data } }) => pause(data?.items.some(isMoving) ?? false),
  });
}

const MINUTE = 60_000;

/** How a figure went over the last `span` milliseconds; kept minute by minute at the finest. */
export function useNodeHistory(name: string, metric: Metric, span: number) {
  return useQuery({
    // Not `live`: nothing that happens changes what was.
    queryKey: ["history", name, metric, span],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/nodes/{name}/history", {
          params: {
            path: { name },
            query: { metric, since: new Date(Date.now() - span).toISOString() },
          },
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: MINUTE,
  });
}

/** Changes what people say of a node, as it was when somebody looked at it. */
export function useEditNode({ name, version }: Pick<Node, "name" | "version">) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: NodeEdit) =>
      unwrap(
        api.PATCH("/api/v1/nodes/{name}", {
          params: { path: { name }, header: { "If-Match": `"${version}"` } },
          body: change,
        }),
      ),
    onSuccess: (node) => {
      queries.setQueryData(["live", "node", name], node);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["live", "nodes"] }),
  });
}

/** Takes a node out of the fleet. */
export function useRemoveNode(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (keepData: boolean) =>
      unwrap(
        api.DELETE("/api/v1/nodes/{name}", {
          params: { path: { name }, query: { keep_data: keepData } },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["live", "nodes"] }),
  });
}
