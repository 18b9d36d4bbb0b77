/** Where a release or a file is, over the whole fleet. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "./client";
import { usePause } from "./events";
import type { components } from "./schema.gen";

export type Found = components["schemas"]["Found"];
export type FoundKind = components["schemas"]["FoundKind"];

export const KINDS = ["replica", "revision"] as const satisfies readonly FoundKind[];
const PAGE_SIZE = 50;

/** Names of wheels and source distributions end so; no requirement does. */
export function isFile(text: string): boolean {
  return /\.(whl|tar\.gz|zip)$/.test(text);
}

/** @param text a requirement or the name of a file; nothing is asked while it is empty. */
export function useFound(text: string, kind: FoundKind | null, cursor: string | null) {
  const pause = usePause();
  return useQuery({
    queryKey: ["live", "find", text, kind, cursor],
    enabled: text !== "",
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/find", {
          params: {
            query: {
              limit: PAGE_SIZE,
              ...(isFile(text) ? { file: text } : { requirement: text }),
              ...(kind ? { kind } : {}),
              ...(cursor ? { cursor } : {}),
            },
          },
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: () => pause(false),
  });
}
