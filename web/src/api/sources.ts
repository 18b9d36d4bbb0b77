/** A revision of any environment, to be taken over by another. */
import { useQuery } from "@tanstack/react-query";

import { api, unwrap } from "./client";

/** Revisions never change, but a name may be given anew. */
const FRESH = 60_000;

export function useSource(name: string, number: number) {
  return useQuery({
    queryKey: ["source", name, number],
    staleTime: FRESH,
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/environments/{name}/revisions/{number}", {
          params: { path: { name, number } },
        }),
      ),
  });
}
