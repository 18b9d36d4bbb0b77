/** How much of a node is in use, as its last heartbeat said. */
import type { Metric, Node } from "../../api/nodes";
import type { Tone } from "../../app/theme";

export interface Gauge {
  /** From 0 to 1. */
  share: number;
  /** Bytes; of processors, how many there are. */
  used: number | null;
  total: number | null;
}

/** Above these a file system or a memory is nearly full. */
const FULL = { warn: 0.85, bad: 0.95 } as const;

function gauge(used: number | null, total: number | null): Gauge | null {
  if (used === null || !total) return null;
  return { share: Math.min(1, Math.max(0, used / total)), used, total };
}

/** Returns null for what a node has not told. */
export function gaugeOf(node: Node, metric: Metric): Gauge | null {
  if (metric === "cpu") {
    const { cpu_percent: percent, cpus = null } = node;
    if (typeof percent !== "number") return null;
    return { share: Math.min(1, Math.max(0, percent / 100)), used: null, total: cpus };
  }
  if (metric === "memory") return gauge(node.memory_used_bytes ?? null, node.memory_bytes ?? null);
  const { disk_free_bytes: free = null, disk_total_bytes: total = null } = node;
  return gauge(free === null || total === null ? null : total - free, total);
}

/** Busy processors do their work; what is full stops everybody's. */
export function toneOf({ share }: Gauge, metric: Metric): Tone | null {
  if (metric === "cpu") return null;
  if (share >= FULL.bad) return "bad";
  return share >= FULL.warn ? "warn" : null;
}
