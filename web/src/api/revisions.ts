/** What can be asked of revisions that are there: going back to one, and naming them. */
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "./client";
import type { Environment } from "./environment";
import { ApiError } from "./problem";

export interface Rollback {
  to: number;
  message: string;
  /** Also where it holds a blocked release. */
  force: boolean;
}

/** Goes back to a revision, from the environment as it was when somebody decided to. */
export function useRollBack({ name, version }: Environment) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ to, message, force }: Rollback) =>
      unwrap(
        api.POST("/api/v1/environments/{name}/rollback", {
          params: { path: { name }, header: { "If-Match": `"${version}"` } },
          body: { to: String(to), message, force },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["live"] }),
  });
}

export interface Tagging {
  tag: string;
  revision: number;
  move: boolean;
}

export function useTag(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ tag, ...body }: Tagging) =>
      unwrap(
        api.PUT("/api/v1/environments/{name}/tags/{tag}", {
          params: { path: { name, tag } },
          body,
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["live", "environment", name] }),
  });
}

export function useUntag(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (tag: string) =>
      unwrap(
        api.DELETE("/api/v1/environments/{name}/tags/{tag}", { params: { path: { name, tag } } }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["live", "environment", name] }),
  });
}

/** The number of the revision that has a tag already, where that is why it was refused. */
export function heldBy(error: Error | null): number | null {
  if (!(error instanceof ApiError) || error.problem?.code !== "tag-exists") return null;
  const { number } = error.problem.params;
  return typeof number === "number" ? number : null;
}
