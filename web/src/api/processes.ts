/** Running use: which processes work with which revision, where. */
import { useQuery } from "@tanstack/react-query";

import { api, unwrap } from "./client";
import { usePause } from "./events";
import type { components } from "./schema.gen";

export type Running = components["schemas"]["Running"];
export type RunningProcess = components["schemas"]["RunningProcess"];

/** Milliseconds between two looks: nodes look themselves every twenty seconds. */
const LOOK = 15_000;

/** What works in an environment, as its nodes told last. */
export function useProcesses(name: string) {
  const pause = usePause();
  return useQuery({
    queryKey: ["live", "environment", name, "processes"],
    queryFn: () =>
      unwrap(api.GET("/api/v1/environments/{name}/processes", { params: { path: { name } } })),
    refetchInterval: () => Math.min(pause(false), LOOK),
  });
}

/** What works in environments of a node, as it told last. */
export function useNodeProcesses(name: string) {
  const pause = usePause();
  return useQuery({
    queryKey: ["live", "node", name, "processes"],
    queryFn: () =>
      unwrap(api.GET("/api/v1/nodes/{name}/processes", { params: { path: { name } } })),
    refetchInterval: () => Math.min(pause(false), LOOK),
  });
}

/** How many processes are on each other revision than the environment's, the oldest first. */
export function stillOn({ counts }: Running): { revision: number; count: number }[] {
  const found = new Map<number, number>();
  for (const { behind, revision, count } of counts) {
    if (behind && typeof revision === "number") {
      found.set(revision, (found.get(revision) ?? 0) + count);
    }
  }
  return [...found]
    .map(([revision, count]) => ({ revision, count }))
    .sort((a, b) => a.revision - b.revision);
}

/** How many work on each node, as `node (2)`. */
export function nodesOf({ counts }: Running): string[] {
  const found = new Map<string, number>();
  for (const { node, count } of counts) found.set(node, (found.get(node) ?? 0) + count);
  return [...found].map(([node, count]) => `${node} (${count})`);
}
