/** What differs between two revisions, or between what nodes hold. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "./client";
import type { components } from "./schema.gen";

export type Comparison = components["schemas"]["Comparison"];
export type ComparedSide = components["schemas"]["ComparedSide"];
export type ComparedEntry = components["schemas"]["ComparedEntry"];
export type ComparedValue = components["schemas"]["ComparedValue"];

/** Compares two sides, each as it is written on a command line; equal entries too with `all`. */
export function useComparison(a: string, b: string, all: boolean) {
  return useQuery({
    queryKey: ["live", "comparison", a, b, all],
    enabled: a !== "" && b !== "",
    queryFn: () => unwrap(api.GET("/api/v1/comparison", { params: { query: { a, b, all } } })),
    placeholderData: keepPreviousData,
  });
}
