/** The parts of an environment's page, as its address names them. */
import type { Change } from "../../app/address";

export const TABS = [
  "overview",
  "packages",
  "operations",
  "log",
  "revisions",
  "rollouts",
  "drift",
  "processes",
  "use",
] as const;
export type Tab = (typeof TABS)[number];

/** The address of a part, from the page of the environment itself. */
export function tabSearch(tab: Tab, more: Record<string, string> = {}): string {
  const query = new URLSearchParams({ ...(tab === "overview" ? {} : { tab }), ...more });
  return query.size > 0 ? `?${query.toString()}` : "";
}

/** The address of two sides beside each other, each as it is written on a command line. */
export function compareSearch(a: string, b: string): string {
  return tabSearch("revisions", { a, b });
}

/** What a node holds of an environment, as a side. */
export function nodeSide(name: string, node: string): string {
  return `${name}@node:${node}`;
}

/** What the parts share: the address that they read and change. */
export interface Wish {
  params: URLSearchParams;
  change: Change;
}
