/** Whether a node's clock can be relied on (`venvoy.domain.liveness`). */
import type { Node } from "../../api/nodes";

/** Seconds past which a clock is called wrong; soon after it signed requests are refused. */
const TOLERATED = 60;

export function clockWrong({ clock_skew_seconds: skew }: Node): boolean {
  return typeof skew === "number" && Math.abs(skew) > TOLERATED;
}
