/** Environments made and changed, and what is to be chosen for that. */
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "./client";
import type { components } from "./schema.gen";

export type EnvironmentCreate = components["schemas"]["EnvironmentCreate"];
export type Platform = components["schemas"]["Platform"];

export const PLATFORMS: readonly Platform[] = [
  "linux-x86_64",
  "linux-aarch64",
  "musllinux-x86_64",
  "musllinux-aarch64",
  "windows-x86_64",
];

export interface Creation {
  wish: EnvironmentCreate;
  /** The same for a request that is made again because its answer was lost. */
  key: string;
}

/**
 * Makes an environment. The answer is there once its requirements are resolved, or
 * after a minute as the operation that goes on.
 */
export function useCreateEnvironment() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ wish, key }: Creation) =>
      unwrap(
        api.POST("/api/v1/environments", { body: wish, headers: { "Idempotency-Key": key } }),
      ),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["live", "environments"] });
    },
  });
}

export interface PlannedEdit {
  plan: string;
  /** The version that the plan was made from. */
  version: string;
  message: string;
}

/** Makes just what a plan showed. */
export function useApplyPlan(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ plan, version, message }: PlannedEdit) =>
      unwrap(
        api.PATCH("/api/v1/environments/{name}", {
          params: { path: { name }, header: { "If-Match": `"${version}"` } },
          body: { add: [], drop: [], plan, message },
        }),
      ),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["live"] });
    },
  });
}
