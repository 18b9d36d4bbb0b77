/** The parts of an environment's page, as its address names them. */
import type { Change } from "../../app/address";

export const TABS = ["overview", "packages", "operations", "log", "revisions", "drift", "use"] as const;
export type Tab = (typeof TABS)[number];

/** The address of a part, from the page of the environment itself. */
export function tabSearch(tab: Tab, more: Record<string, string> = {}): string {
  const query = new URLSearchParams({ ...(tab === "overview" ? {} : { tab }), ...more });
  return query.size > 0 ? `?${query.toString()}` : "";
}

/** What the parts share: the address that they read and change. */
export interface Wish {
  params: URLSearchParams;
  change: Change;
}
