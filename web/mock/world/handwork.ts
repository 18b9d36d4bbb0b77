/** What somebody did by hand on each drifted node, and its adoption (`controller/adoptions.py`). */
import { conflict, notFound } from "../http/refusal";
import type { Schemas } from "../schema";
import { Documents } from "./documents";
import { planOf } from "./plan";
import { type EnvironmentRow, type LockedPackage, wanted, type Wish } from "./rows";
import type { World } from "./world";

interface Stray {
  name: string;
  version: string;
  origin: string;
}

const STRAYS: readonly Stray[] = [
  { name: "ipdb", version: "0.13.13", origin: "" },
  { name: "orders-tools", version: "0.1.0", origin: "editable" },
];
const SIZE = 12_138;

/** Packages that a replica holds beside its lock. */
export function straysOf(replica: Pick<Schemas["Replica"], "state">): readonly Stray[] {
  return replica.state === "drifted" ? STRAYS : [];
}

export function driftOf(replica: Schemas["Replica"]): Schemas["ReplicaDrift"] {
  const entries = straysOf(replica).map(({ name, version, origin }) => ({
    kind: origin || "stray",
    package: name,
    path: "",
    wanted: "",
    found: version,
  }));
  return {
    node: replica.node,
    revision: replica.live_revision ?? null,
    total: entries.length,
    entries,
    observed_at: replica.reported_at ?? new Date(0).toISOString(),
  };
}

export interface Adopted {
  plan: Schemas["Plan"];
  lock: readonly LockedPackage[];
}

/** What adopting a node would make of an environment. */
export function adopted(
  world: World,
  row: EnvironmentRow,
  { node }: Schemas["AdoptionWish"],
  author: string,
): Adopted {
  const { name } = world.node(node);
  const params = { name: row.name, node: name };
  if (row.pending) throw conflict("adopt-resolving", params);
  const replica = new Documents(world, "en").replicas(row).find((each) => each.node === name);
  const base = wanted(row);
  const live = replica?.live_revision;
  if (!replica || !base || !live) throw notFound("nothing-live", params);
  const strays = straysOf(replica);
  if (strays.length === 0) throw conflict("adopt-nothing", params);
  const kept = strays.filter(({ origin }) => !origin);
  const asked = kept.map((each) => `${each.name}==${each.version}`);
  const wish: Wish = { ...base.wish, requirements: [...base.wish.requirements, ...asked].sort() };
  const more = kept.map(lockedAs);
  const lock = [...base.lock, ...more].sort((one, two) => one.name.localeCompare(two.name));
  const { placement, policy } = row;
  const plan = planOf(world, { row, wish, lock, placement, policy, author });
  const lost = strays.filter(({ origin }) => origin);
  const adoption = {
    node: name,
    revision: live,
    lost: lost.map((each) => ({
      package: each.name,
      version: each.version,
      reason: each.origin,
      files: 0,
      instead: "",
    })),
    restored: [],
  };
  return { plan: { ...plan, adoption }, lock };
}

function lockedAs({ name, version }: Stray): LockedPackage {
  const by = [{ by: null, specifier: `==${version}`, extras: [], marker: "" }];
  return { name, version, marker: null, size: SIZE, by };
}
