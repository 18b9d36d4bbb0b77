/** Where environments are: on the nodes that have them, each named (`domain/placement.py`). */
import type { Schemas } from "../schema";
import type { EnvironmentRow } from "./rows";
import type { World } from "./world";

const LOCAL = "local";

/** What was asked for; an environment on `local` alone named no place. */
export function placementOf(row: EnvironmentRow): Schemas["Placement"] {
  const nodes = row.replicas.map(({ node }) => node).sort();
  return { nodes: nodes.length === 1 && nodes[0] === LOCAL ? [] : nodes, select: {} };
}

/** Every node with the rule that decided about it, by name. */
export function placementView(world: World, row: EnvironmentRow): Schemas["PlacementView"] {
  const placement = placementOf(row);
  const named = placement.nodes.length > 0;
  const here = new Set(row.replicas.map(({ node }) => node));
  const counts: Record<string, number> = {};
  const nodes = [...world.nodes.values()]
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, state }) => {
      const placed = here.has(name);
      const reason = ruleOf(named, placed);
      counts[reason] = (counts[reason] ?? 0) + 1;
      return { node: name, state, placed, reason, key: "", wanted: "", has: null, waiting: null };
    });
  const placed = here.size;
  return { environment: row.name, placement, placed, waiting: 0, counts, missing: [], nodes };
}

function ruleOf(named: boolean, placed: boolean): Schemas["PlacementNode"]["reason"] {
  if (named) return placed ? "named" : "not-named";
  return placed ? "local" : "not-local";
}
