/** The machines that environments are for. */
import { useQuery } from "@tanstack/react-query";

import { api, unwrap } from "./client";
import { usePause } from "./events";
import type { components } from "./schema.gen";

export type Node = components["schemas"]["Node"];

export function useNodes() {
  const pause = usePause();
  return useQuery({
    queryKey: ["live", "nodes"],
    queryFn: () => unwrap(api.GET("/api/v1/nodes", { params: { query: { limit: 200 } } })),
    select: ({ items }) => items,
    refetchInterval: () => pause(false),
  });
}
