/** Brings replicas to where environments are placed, and away from elsewhere (`controller/placing.py`). */
import { decide } from "./placement";
import { type EnvironmentRow, wanted } from "./rows";
import { Work } from "./work";
import type { World } from "./world";

export class Placing {
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  /** Every environment, after something of the nodes has changed. */
  all(): void {
    for (const row of this.world.environments.values()) this.one(row, row.owner);
  }

  /** One environment: what comes is built, what goes is removed. */
  one(row: EnvironmentRow, by: string): void {
    const places = new Set(placedNodes(this.world, row));
    const work = new Work(this.world);
    const revision = wanted(row);
    for (const { node } of row.replicas.filter((each) => !places.has(each.node)))
      work.queue("remove", row, node, null, by);
    const held = new Set(row.replicas.map(({ node }) => node));
    row.replicas = row.replicas.filter(({ node }) => places.has(node));
    for (const node of places) {
      if (held.has(node)) continue;
      const replica = { node, state: "pending" as const, attempt: 1, cause: null };
      row.replicas.push(replica);
      if (revision && !row.pending) work.build(row, replica, revision, by);
    }
  }
}

/** The names of the nodes that an environment goes to, as it is placed or as it would be. */
export function placedNodes(
  world: World,
  row: Pick<EnvironmentRow, "placement" | "replicas">,
): string[] {
  const holding = new Set(row.replicas.map(({ node }) => node));
  return decide(row.placement, [...world.nodes.values()], holding)
    .filter(({ placed }) => placed)
    .map(({ node }) => node);
}
