/** One environment: what it should be, where it is, and what it was. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "./client";
import { isMoving, type Replica } from "./environments";
import { usePause } from "./events";
import { ApiError } from "./problem";
import type { components } from "./schema.gen";

export type Environment = components["schemas"]["Environment"];
export type Revision = components["schemas"]["Revision"];
export type RevisionDetail = components["schemas"]["RevisionDetail"];
export type PlacementView = components["schemas"]["PlacementView"];
export type PlacementNode = components["schemas"]["PlacementNode"];
export type Package = components["schemas"]["PackageView"];

const PAGE_SIZE = 20;
/** Milliseconds after which the index may have told more of who asks for what. */
const LEARNING = 60_000;
const SETTLED: ReadonlySet<Replica["state"]> = new Set(["ready", "drifted", "failed", "cancelled"]);

/** Whether nothing will change on this node without a new cause. */
export function isSettled({ state }: Replica): boolean {
  return SETTLED.has(state);
}

/** Whether there is no such environment, or none any more. */
export function isGone(error: Error | null): boolean {
  return error instanceof ApiError && error.problem?.code === "environment-not-found";
}

export function useEnvironment(name: string) {
  const pause = usePause();
  return useQuery({
    queryKey: ["live", "environment", name],
    queryFn: () => unwrap(api.GET("/api/v1/environments/{name}", { params: { path: { name } } })),
    refetchInterval: ({ state: { data } }) =>
      pause(data?.state === "resolving" || (data?.replicas.some(isMoving) ?? false)),
  });
}

/** Where it goes, and why: every node with the rule that decided. */
export function usePlacement(name: string) {
  const pause = usePause();
  return useQuery({
    queryKey: ["live", "environment", name, "placement"],
    queryFn: () =>
      unwrap(api.GET("/api/v1/environments/{name}/placement", { params: { path: { name } } })),
    refetchInterval: () => pause(false),
  });
}

/** Its revisions, the newest first. */
export function useRevisions(name: string, cursor: string | null) {
  const pause = usePause();
  return useQuery({
    queryKey: ["live", "environment", name, "revisions", cursor],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/environments/{name}/revisions", {
          params: { path: { name }, query: { limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) } },
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: () => pause(false),
  });
}

/**
 * One revision with its packages; null asks for none. It never changes, so it is asked
 * for once: under the environment's id, for a name may be given anew.
 *
 * @param demands who asks for each package, too: that may take seconds to find out, and
 *   may be known better later.
 */
export function useRevision({ id, name }: Environment, number: number | null, demands = false) {
  return useQuery({
    queryKey: ["revision", id, number, demands],
    enabled: number !== null,
    staleTime: demands ? LEARNING : Infinity,
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/environments/{name}/revisions/{number}", {
          params: {
            path: { name, number: number ?? 0 },
            ...(demands ? { query: { demands } } : {}),
          },
        }),
      ),
  });
}

export const FORMATS = ["pylock", "requirements", "spec"] as const;
export type Format = (typeof FORMATS)[number];

/** Where a revision is written for other tools, and what the file is called. */
export function exportOf(
  name: string,
  format: Format,
  revision: number,
): { href: string; file: string } {
  const query = new URLSearchParams({ format, revision: String(revision) });
  // A lock is found by installers by its name (PEP 751), which has no further dot.
  const file = {
    pylock: `pylock.${name}.toml`,
    requirements: `${name}.requirements.txt`,
    spec: `${name}.requirements.in`,
  }[format];
  return { href: `/api/v1/environments/${name}/export?${query.toString()}`, file };
}

/**
 * Deletes an environment as it was when somebody decided to; with force, also while
 * processes work in it.
 */
export function useDelete({ name, version }: Environment) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (force: boolean) =>
      unwrap(
        api.DELETE("/api/v1/environments/{name}", {
          params: {
            path: { name },
            header: { "If-Match": `"${version}"` },
            ...(force ? { query: { force } } : {}),
          },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["live", "environments"] }),
  });
}

/** Brings back the environment of this name that was deleted last. */
export function useUndelete(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/api/v1/environments/{name}/undelete", { params: { path: { name } } }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["live"] }),
  });
}
