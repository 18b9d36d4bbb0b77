/** Where environments go, and why: a verdict for each node (`domain/placement.py`). */
import { invalid } from "../http/refusal";
import type { Schemas } from "../schema";
import type { EnvironmentRow } from "./rows";
import type { World } from "./world";

type Node = Schemas["Node"];
type Placement = Schemas["Placement"];
type Verdict = Schemas["PlacementNode"];

export const LOCAL = "local";
const PLACES: ReadonlySet<Verdict["reason"]> = new Set(["local", "named", "selected"]);

/** Reads a wish, refusing names that no node has. */
export function wished(world: World, sent: Schemas["PlacementWish"]): Placement {
  const nodes = [...new Set(sent.nodes)].sort();
  const unknown = nodes.filter((name) => !world.nodes.has(name));
  if (unknown.length > 0) throw invalid("placement-node-unknown", { nodes: unknown });
  const select = Object.entries(sent.select ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
  return { nodes, select: Object.fromEntries(select) };
}

/** Every node with the rule that decided about it, by name. */
export function decide(
  wish: Placement,
  nodes: readonly Node[],
  holding: ReadonlySet<string>,
): Verdict[] {
  return [...nodes]
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map((node) => {
      const found = matched(wish, node);
      const kept = !node.cordoned || holding.has(node.name) || !PLACES.has(found.reason ?? "local");
      const { reason = "not-named" } = kept ? found : { reason: "cordoned" as const };
      const { key = "", wanted = "", has = null } = kept ? found : {};
      const placed = PLACES.has(reason);
      return { node: node.name, state: node.state, placed, reason, key, wanted, has, waiting: null };
    });
}

function matched({ nodes, select }: Placement, node: Node): Partial<Verdict> {
  const labels = Object.entries(select);
  if (nodes.length === 0 && labels.length === 0)
    return { reason: node.name === LOCAL ? "local" : "not-local" };
  if (nodes.includes(node.name)) return { reason: "named" };
  if (labels.length === 0) return { reason: "not-named" };
  for (const [key, wanted] of labels) {
    const has = node.labels[key] ?? null;
    if (has === null) return { reason: "label-missing", key, wanted, has };
    if (has !== wanted) return { reason: "label-differs", key, wanted, has };
  }
  return { reason: "selected" };
}

export function placementView(world: World, row: EnvironmentRow): Schemas["PlacementView"] {
  const holding = new Set(row.replicas.map(({ node }) => node));
  const nodes = decide(row.placement, [...world.nodes.values()], holding);
  const counts: Record<string, number> = {};
  for (const { reason } of nodes) counts[reason] = (counts[reason] ?? 0) + 1;
  const placed = nodes.filter((each) => each.placed).length;
  const missing = row.placement.nodes.filter((name) => !world.nodes.has(name));
  const { name: environment, placement } = row;
  return { environment, placement, placed, waiting: 0, counts, missing, nodes };
}
