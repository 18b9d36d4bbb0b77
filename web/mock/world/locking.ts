/** Locks for an environment: what is preferred, and what its nodes could not install. */
import { lackingOn, machinesOf } from "./machines";
import { type Pins, resolve } from "./resolver";
import { type EnvironmentRow, wanted, type Wish } from "./rows";
import type { World } from "./world";

/** The live lock's versions, which a change prefers. */
export function pinsOf(row: EnvironmentRow): Pins {
  return new Map(wanted(row)?.lock.map(({ name, version }) => [name, version]) ?? []);
}

/** A lock, or why there is none: also where a node in use would find no wheel. */
export function lockFor(
  world: World,
  nodes: readonly string[],
  wish: Wish,
  pins: Pins,
): ReturnType<typeof resolve> {
  const found = resolve(wish, pins);
  if (!found.lock) return found;
  const { lock } = found;
  const machines = machinesOf(
    wish,
    nodes.map((name) => world.node(name)),
  );
  const lacking = machines.filter((each) => each.required).flatMap((each) => lackingOn(lock, each));
  if (lacking.length === 0) return found;
  const packages = [...new Set(lacking)].sort();
  const where = { step: "resolve", hop: "package", transient: false };
  return {
    lock: null,
    cause: { ...where, code: "only-source", params: { packages }, evidence: [] },
  };
}
