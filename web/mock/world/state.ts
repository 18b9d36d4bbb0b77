/** An environment's state, folded from its replicas as `domain/state.py` does it. */
import type { Schemas } from "../schema";
import { isHeld } from "./rollouts";

type ReplicaState = Schemas["Replica"]["state"];

const SETTLED: ReadonlySet<ReplicaState> = new Set(["ready", "drifted", "failed", "cancelled"]);

export function stateOf(
  resolving: boolean,
  rollout: Schemas["Rollout"] | null,
  replicas: readonly ReplicaState[],
): Schemas["EnvironmentState"] {
  if (resolving) return "resolving";
  if (isHeld(rollout)) return "paused";
  if (rollout || replicas.some((state) => !SETTLED.has(state))) return "rolling";
  if (replicas.every((state) => state === "ready")) return "ready";
  const usable = replicas.some((state) => state === "ready" || state === "drifted");
  return usable ? "degraded" : "failed";
}
