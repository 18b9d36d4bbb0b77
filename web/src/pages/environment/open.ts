/** Which operations of an environment can be tried again at once, and which be stopped. */
import { type Environment, isSettled } from "../../api/environment";
import type { Replica } from "../../api/environments";
import { isCancellable, type Operation } from "../../api/operations";

function idsOf(replicas: Replica[]): string[] {
  return replicas.flatMap(({ operation }) => operation ?? []);
}

/** Returns the ids of what failed on nodes, or was cancelled there, and is still wanted. */
export function failedIn({ replicas }: Environment): string[] {
  return idsOf(replicas.filter(({ state }) => state === "failed" || state === "cancelled"));
}

/**
 * Returns the ids of what is under way, on nodes and on the controller.
 *
 * @param resolution the environment's newest one, undefined while that is not known.
 */
export function openIn({ replicas }: Environment, resolution: Operation | undefined): string[] {
  const open = replicas.filter((replica) => !isSettled(replica) && replica.state !== "removing");
  const resolving = resolution && isCancellable(resolution) ? [resolution.id] : [];
  return [...resolving, ...idsOf(open)];
}
