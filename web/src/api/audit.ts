/** Who changed what. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "./client";
import { usePause } from "./events";
import type { components } from "./schema.gen";

export type AuditEntry = components["schemas"]["AuditEntry"];

export interface AuditQuery {
  /** The kind of what was changed, such as `environment`. */
  kind: string;
  /** Its name. */
  subject: string;
  action: string;
  username: string;
  cursor: string | null;
}

const PAGE_SIZE = 50;

/** @param wanted false for who may not read it: the refusal needs no question. */
export function useAudit({ kind, subject, action, username, cursor }: AuditQuery, wanted: boolean) {
  const pause = usePause();
  return useQuery({
    queryKey: ["live", "audit", kind, subject, action, username, cursor],
    enabled: wanted,
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/audit", {
          params: {
            query: {
              limit: PAGE_SIZE,
              ...(kind ? { kind } : {}),
              ...(subject ? { subject } : {}),
              ...(action ? { action } : {}),
              ...(username ? { username } : {}),
              ...(cursor ? { cursor } : {}),
            },
          },
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: () => pause(false),
  });
}
