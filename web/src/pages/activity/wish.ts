/** What the page of activity shows, as the URL says it. */
import type { AuditQuery } from "../../api/audit";
import {
  ENDED,
  KINDS,
  OPEN,
  type OperationKind,
  type OperationQuery,
  type OperationState,
} from "../../api/operations";
import { oneOf, someOf } from "../../app/address";

export const TABS = ["operations", "audit"] as const;
export type Tab = (typeof TABS)[number];

/** Unlike a question, a wish without states is one for all of them. */
export interface OperationWish extends Omit<OperationQuery, "states" | "kinds"> {
  states: OperationState[];
  kinds: OperationKind[];
}

export function tabOf(params: URLSearchParams): Tab {
  return oneOf(params, "tab", TABS) ?? "operations";
}

export function operationsOf(params: URLSearchParams): OperationWish {
  return {
    states: someOf(params, "state", [...OPEN, ...ENDED]),
    kinds: someOf(params, "kind", KINDS),
    environment: params.get("environment"),
    node: params.get("node"),
    cursor: params.get("cursor"),
  };
}

/** Which states are asked for among those that have ended, or have not; none means no question. */
export function statesAmong(
  wish: OperationWish,
  group: readonly OperationState[],
): OperationState[] {
  return group.filter((state) => wish.states.length === 0 || wish.states.includes(state));
}

export function auditOf(params: URLSearchParams): AuditQuery {
  return {
    kind: params.get("kind") ?? "",
    subject: params.get("subject") ?? "",
    action: params.get("action") ?? "",
    username: params.get("username") ?? "",
    cursor: params.get("cursor"),
  };
}
