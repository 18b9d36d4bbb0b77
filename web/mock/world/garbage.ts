/** Prefixes of nodes: the live one of each environment, those before it, and what goes. */
import type { Schemas } from "../schema";
import { wanted } from "./rows";
import { runningIn } from "./running";
import type { World } from "./world";

type Prefix = Schemas["CollectedPrefix"];

const MIB = 1 << 20;

/** Of each node, what was deleted already. */
const gone = new WeakMap<World, Set<string>>();

function prefixesOn(world: World, node: string): Prefix[] {
  const away = gone.get(world) ?? new Set<string>();
  const { counts } = runningIn(world, world.environments.values(), node);
  const inUse = (environment: string, revision: number) =>
    counts.find((each) => each.environment === environment && each.revision === revision)?.count ?? 0;
  return [...world.environments.values()].flatMap((row) => {
    if (!row.replicas.some((each) => each.node === node)) return [];
    const live = wanted(row)?.number;
    const fates = (number: number, age: number): string => {
      if (number === live) return "live";
      if (row.revisions[number - 1]?.tags.length) return "tagged";
      if (age < 2) return "kept";
      return inUse(row.name, number) > 0 ? "in-use" : "free";
    };
    const told = row.revisions.map(({ number, lock }, index): Prefix => {
      const size = lock.reduce((sum, each) => sum + (each.size ?? MIB) * 3, 0);
      return {
        ...{ environment: row.name, build: `${row.id}-${String(number)}`, revision: number },
        fate: fates(number, row.revisions.length - 1 - index),
        processes: inUse(row.name, number),
        ...{ size_bytes: size, own_bytes: Math.round(size / 5) },
      };
    });
    return told.filter((each) => !away.has(`${node} ${each.environment} ${each.revision}`));
  });
}

/** What a collection on a node does, or would do. */
export function collected(
  world: World,
  { name, state }: Schemas["Node"],
  preview: boolean,
  by: string,
): Schemas["NodeCollection"] {
  if (state === "offline") {
    const silent = { answered: false, finished: true, free: 0, free_bytes: 0 };
    return { node: name, node_state: state, ...silent, prefixes: [], total: 0 };
  }
  const prefixes = prefixesOn(world, name);
  const free = prefixes.filter(({ fate }) => fate === "free");
  if (!preview) {
    const away = gone.get(world) ?? new Set<string>();
    for (const each of free) away.add(`${name} ${each.environment} ${each.revision}`);
    gone.set(world, away);
    world.noteNode(by, "collected", name);
  }
  return {
    ...{ node: name, node_state: state, answered: true, finished: true },
    free: free.length,
    free_bytes: free.reduce((sum, each) => sum + (each.own_bytes ?? 0), 0),
    ...{ prefixes, total: prefixes.length },
  };
}
