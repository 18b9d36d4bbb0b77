/** The parts of a node's page, as its address names them. */
import type { Change } from "../../app/address";

export const TABS = ["overview", "environments", "processes", "interpreters", "operations"] as const;
export type Tab = (typeof TABS)[number];

/** What the parts share: the address that they read and change. */
export interface Wish {
  params: URLSearchParams;
  change: Change;
}
