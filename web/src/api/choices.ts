/** What filters may be set to; asked for once somebody opens one. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "./client";

/** Not `live`: a list that moves under a choosing hand is worse than one that is a minute old. */
const FRESH = 60_000;
const NAMES = 50;

/** Every label in use, of environments or of nodes, as `key=value`. */
export function useLabels(wanted: boolean, of: "environments" | "nodes" = "environments") {
  return useQuery({
    queryKey: ["choices", "labels", of],
    queryFn: () => unwrap(api.GET("/api/v1/labels", { params: { query: { of } } })),
    select: ({ items }) =>
      items.map(({ key, value, count }) => ({ label: `${key}=${value}`, count })),
    enabled: wanted,
    staleTime: FRESH,
  });
}

/** The first names of nodes that hold `search`; of thousands nobody looks through more. */
export function useNodeNames(search: string, wanted: boolean) {
  return useQuery({
    queryKey: ["choices", "nodes", search],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/nodes", {
          params: { query: { limit: NAMES, ...(search ? { search } : {}) } },
        }),
      ),
    select: ({ items }) => items.map(({ name }) => name),
    enabled: wanted,
    staleTime: FRESH,
    placeholderData: keepPreviousData,
  });
}

/** The first names of environments that hold `search`. */
export function useEnvironmentNames(search: string, wanted: boolean) {
  return useQuery({
    queryKey: ["choices", "environments", search],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/environments", {
          params: { query: { limit: NAMES, sort: "name", ...(search ? { search } : {}) } },
        }),
      ),
    select: ({ items }) => items.map(({ name }) => name),
    enabled: wanted,
    staleTime: FRESH,
    placeholderData: keepPreviousData,
  });
}
