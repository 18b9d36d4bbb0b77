/** Whose log is shown: a node's, or that of the controller's resolution. */
import type { Environment } from "../../api/environment";
import { isMoving } from "../../api/environments";

/** No node is called so. */
export const RESOLUTION = "@resolution";

/** Whether there is such work: a node can be taken away while its log is looked at. */
export function isWork({ replicas }: Environment, work: string): boolean {
  return work === RESOLUTION || replicas.some(({ node }) => node === work);
}

/** Returns the id of the operation that is under way, or was the last. */
export function workOf({ replicas, operation }: Environment, work: string): string | null {
  if (work === RESOLUTION) return operation;
  return replicas.find(({ node }) => node === work)?.operation ?? null;
}

/** Returns what one most likely wants to read: what failed, then what moves. */
export function usualWork({ replicas, state }: Environment): string {
  if (state === "resolving") return RESOLUTION;
  const found =
    replicas.find((replica) => replica.state === "failed") ??
    replicas.find(isMoving) ??
    replicas.find(({ operation }) => operation);
  return found?.node ?? RESOLUTION;
}
