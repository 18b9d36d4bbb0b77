/** How machines are doing: figures that move and are the same in every run. */
import type { Schemas } from "../schema";
import { source } from "./random";

type Node = Schemas["Node"];
type Metric = Schemas["Metric"];

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Length of a stretch and for how long it is kept, from fine to coarse (`domain/history.py`). */
const STEPS = [
  [60, DAY],
  [900, 7 * DAY],
  [21_600, 366 * DAY],
] as const;
const TICK = 10_000;

function seedOf(text: string): number {
  let seed = 7;
  for (const letter of text) seed = (Math.imul(seed, 31) + (letter.codePointAt(0) ?? 0)) | 0;
  return seed;
}

/** A share from 0 to 1 that follows the hours of the day, restless as work is. */
function shareAt(node: Node, metric: Metric, at: number): number {
  const own = source(seedOf(`${node.name} ${metric}`))();
  const day = (1 + Math.sin(((at % DAY) / DAY + own) * 2 * Math.PI)) / 2;
  const noise = source(seedOf(`${node.name} ${metric} ${String(Math.floor(at / TICK))}`))();
  const share =
    metric === "cpu"
      ? 0.06 + 0.5 * own * day + 0.25 * noise * own
      : 0.2 + 0.35 * own + 0.15 * day + 0.02 * noise;
  return Math.min(0.98, Math.max(0.01, share));
}

/** What a node says of itself at a moment; its disk stays as it is. */
export function gauged(node: Node, now: number): Node {
  if (node.state === "offline" || !node.cpus || !node.memory_bytes) return node;
  const cpu = shareAt(node, "cpu", now);
  return {
    ...node,
    cpu_percent: Math.round(cpu * 1_000) / 10,
    load: Math.round(cpu * node.cpus * 110) / 100,
    memory_used_bytes: Math.round(node.memory_bytes * shareAt(node, "memory", now)),
  };
}

function valueAt(node: Node, metric: Metric, at: number, now: number): number {
  if (metric === "cpu") return shareAt(node, metric, at) * 100;
  if (metric === "memory") return shareAt(node, metric, at) * (node.memory_bytes ?? 0);
  const used = (node.disk_total_bytes ?? 0) - (node.disk_free_bytes ?? 0);
  return used * (1 - (0.1 * (now - at)) / (30 * DAY));
}

/** How a figure went; nothing from when the node was away, as `edge` machines are each night. */
export function historyOf(
  node: Node,
  metric: Metric,
  since: number | null,
  now: number,
): Schemas["NodeHistory"] {
  const wanted = Math.min(since ?? now - 60 * MINUTE, now);
  const step = STEPS.find(([, kept]) => wanted >= now - kept - MINUTE) ?? STEPS[2];
  const length = step[0] * 1_000;
  const from = Math.max(Math.floor(wanted / length) * length, now - step[1]);
  const seen = node.last_seen_at ? Date.parse(node.last_seen_at) : now;
  const began = node.created_at ? Date.parse(node.created_at) : from;
  const points = [];
  for (let at = Math.max(from, began); at + length <= Math.min(now, seen + length); at += length) {
    const hour = new Date(at).getUTCHours();
    if (node.name.startsWith("edge") && hour >= 18 && hour < 21) continue;
    const mean = valueAt(node, metric, at, now);
    points.push({ at: new Date(at).toISOString(), mean, peak: mean * (metric === "cpu" ? 1.3 : 1) });
  }
  const since_ = new Date(from).toISOString();
  return { node: node.name, metric, step_seconds: step[0], since: since_, points };
}
