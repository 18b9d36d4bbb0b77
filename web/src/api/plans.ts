/** Plans: what an edit or an upgrade would do, looked at before it is made. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "./client";
import type { components } from "./schema.gen";

export type EnvironmentPlan = components["schemas"]["EnvironmentPlan"];
export type Plan = components["schemas"]["Plan"];
export type PlanTarget = components["schemas"]["PlanTarget"];
export type PlanNode = components["schemas"]["PlanNode"];
export type PackageChange = components["schemas"]["PackageChange"];
export type HeldBackPackage = components["schemas"]["HeldBackPackage"];
export type Adoption = components["schemas"]["AdoptionView"];
export type Demand = components["schemas"]["Demand"];

function keyOf(name: string, plan: string | null): unknown[] {
  return ["plan", name, plan];
}

/** A plan as it was made; it never changes. */
export function usePlan(name: string, plan: string | null) {
  return useQuery({
    queryKey: keyOf(name, plan),
    enabled: plan !== null,
    staleTime: Infinity,
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/environments/{name}/plans/{plan}", {
          params: { path: { name, plan: plan ?? "" } },
        }),
      ),
  });
}

/** Plans an upgrade as soon as somebody comes for it; no package named means all. */
export function useUpgradePlan(name: string, packages: readonly string[] | null) {
  const queries = useQueryClient();
  return useQuery({
    queryKey: ["upgrade", name, packages],
    enabled: packages !== null,
    staleTime: Infinity,
    gcTime: 0, // who comes again later wants another one
    retry: false,
    queryFn: async () => {
      const upgrade = { packages: [...(packages ?? [])] };
      const body = { add: [], drop: [], message: "", upgrade };
      const asked = api.POST("/api/v1/environments/{name}/plan", {
        params: { path: { name } },
        body,
      });
      const plan = await unwrap(asked);
      queries.setQueryData(keyOf(name, plan.id), plan);
      return plan;
    },
  });
}

export function useMakePlan(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: EnvironmentPlan) =>
      unwrap(
        api.POST("/api/v1/environments/{name}/plan", { params: { path: { name } }, body }),
      ),
    onSuccess: (plan) => {
      queries.setQueryData(keyOf(name, plan.id), plan);
    },
  });
}

/** Plans the adoption of what a node holds, as soon as somebody comes for it. */
export function useAdoptionPlan(name: string, node: string) {
  const queries = useQueryClient();
  return useQuery({
    queryKey: ["adoption", name, node],
    staleTime: Infinity,
    gcTime: 0, // who comes again later wants another one
    retry: false,
    queryFn: async () => {
      const plan = await unwrap(
        api.POST("/api/v1/environments/{name}/adoption", {
          params: { path: { name } },
          body: { node, message: "" },
        }),
      );
      queries.setQueryData(keyOf(name, plan.id), plan);
      return plan;
    },
  });
}
