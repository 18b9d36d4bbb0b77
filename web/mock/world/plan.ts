/** Plans: what an edit or an upgrade would do, compared with what is live on each node. */
import type { Schemas } from "../schema";
import { DAY } from "./clock";
import { describe } from "./difference";
import { digestOf } from "./documents";
import { diskFor, lackingOn, type Machine, machinesOf, sizeOf, viewOf } from "./machines";
import { placedNodes } from "./placing";
import { interpreterOf, platformOf } from "./python";
import { kept } from "./requirement";
import { newestKnown } from "./resolver";
import {
  type EnvironmentRow,
  type LockedPackage,
  wanted,
  type ReplicaRow,
  type Wish,
} from "./rows";
import { admits, compareVersions } from "./version";
import { documentOf, same } from "./wishes";
import type { World } from "./world";

type PackageChange = Schemas["PackageChange"];
type Lock = readonly LockedPackage[];

export interface Outlook {
  row: EnvironmentRow;
  wish: Wish;
  lock: Lock;
  /** Where it would be. */
  placement: Schemas["Placement"];
  policy: Schemas["PolicyView"];
  author: string;
}

export function planOf(world: World, outlook: Outlook): Schemas["Plan"] {
  const { row, wish, lock, placement, policy, author } = outlook;
  const base = wanted(row);
  const names = placedNodes(world, { ...row, placement });
  const nodes = names.map((name) => world.node(name));
  const held = new Map(row.replicas.map((each) => [each.node, each]));
  const none = (node: string): ReplicaRow => ({ node, state: "pending", attempt: 1, cause: null });
  const machines = machinesOf(wish, nodes).filter((each) => each.required);
  const revises = !base || !same(base.wish, wish) || digestOf(base.lock) !== digestOf(lock);
  return {
    id: world.ids.next(),
    environment: row.name,
    base_version: String(row.version),
    base_revision: base?.number ?? null,
    author,
    created_at: world.clock.at(),
    expires_at: world.clock.at(-DAY),
    changed: describe(documentOf(row, base?.wish), documentOf({ ...row, policy }, wish, placement)),
    revises,
    ...wish,
    python_for: [],
    forced: false,
    lock_digest: digestOf(lock),
    package_count: lock.length,
    targets: machines.map((machine) => targetOf(world, outlook, machine)),
    nodes: names.map((name) => nodeOf(world, outlook, held.get(name) ?? none(name), revises)),
    leaving: [...held.keys()].filter((name) => !names.includes(name)).sort(),
    offers_unknown: [],
  };
}

/** What changes from one set of packages to another, by name. */
export function diff(before: Lock, after: Lock, requested: ReadonlySet<string>): PackageChange[] {
  const [old, now] = [byName(before), byName(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  return names.flatMap((name) => {
    const [had, has] = [old.get(name), now.get(name)];
    if (had?.version === has?.version) return [];
    return [
      {
        kind: kindOf(had?.version, has?.version),
        name,
        before: had?.version ?? null,
        after: has?.version ?? null,
        size: has?.size ?? null,
        requested: requested.has(name),
      },
    ];
  });
}

function kindOf(before: string | undefined, after: string | undefined): PackageChange["kind"] {
  if (before === undefined) return "add";
  if (after === undefined) return "remove";
  return compareVersions(before, after) < 0 ? "upgrade" : "downgrade";
}

function byName(lock: Lock): Map<string, LockedPackage> {
  return new Map(lock.map((each) => [each.name, each]));
}

function requestedOf(wish: Wish): ReadonlySet<string> {
  return new Set(kept(wish.requirements).map(({ name }) => name));
}

function targetOf(
  world: World,
  { row, wish, lock }: Outlook,
  machine: Machine,
): Schemas["PlanTarget"] {
  const base = wanted(row);
  const after = viewOf(lock, machine);
  const [node] = machine.nodes;
  const had = base && node ? interpreterOf(world.node(node), base.wish.python)?.version : undefined;
  const before = base
    ? viewOf(base.lock, { ...machine, minor: minorOf(had) ?? machine.minor })
    : [];
  const changes = diff(before, after, requestedOf(wish));
  return {
    platform: machine.platform,
    python: machine.python,
    python_before: base ? (had ?? machine.python) : null,
    nodes: machine.nodes,
    changes,
    unchanged: after.length - changes.filter((each) => each.after).length,
    held_back: after.flatMap((each) => heldBack(each, before)),
  };
}

function minorOf(python: string | null | undefined): number | null {
  return python ? Number(python.split(".")[1]) : null;
}

function heldBack(locked: LockedPackage, before: Lock): Schemas["HeldBackPackage"][] {
  const { name, version, by } = locked;
  const latest = newestKnown(name);
  if (!latest || compareVersions(version, latest) >= 0) return [];
  const excluding = by.filter(({ specifier }) => !admits(specifier, latest));
  const pinned = before.some((each) => each.name === name && each.version === version);
  const reason = excluding.length > 0 ? "constraint" : pinned ? "kept" : "incompatible";
  return [{ name, version, newest: latest, reason, by: excluding }];
}

function nodeOf(
  world: World,
  { row, wish, lock }: Outlook,
  replica: ReplicaRow,
  revises: boolean,
): Schemas["PlanNode"] {
  const node = world.node(replica.node);
  const python = interpreterOf(node, wish.python)?.version ?? null;
  const live = row.revisions.find(({ number }) => number === replica.live_revision);
  const machine = {
    platform: platformOf(node),
    minor: minorOf(python) ?? 13,
    python: python ?? "",
    required: true,
    nodes: [node.name],
  };
  const after = viewOf(lock, machine);
  const held = live ? viewOf(live.lock, machine) : [];
  const builds = revises || !live;
  const changes = builds ? diff(held, after, requestedOf(wish)) : [];
  const fetched = builds ? after.filter((each) => !holds(held, each)) : [];
  const { bytes, unknown } = sizeOf(fetched);
  return {
    node: node.name,
    state: node.state,
    platform: machine.platform,
    wanted: wish.python,
    python,
    python_before: replica.python_version ?? null,
    live_revision: replica.live_revision ?? null,
    because: builds ? becauseOf(replica, python, changes) : [],
    counts: countsOf(changes),
    fetch_files: fetched.length,
    fetch_bytes: bytes,
    unknown_sizes: unknown,
    disk_bytes: diskFor(bytes),
    disk_free_bytes: node.disk_free_bytes ?? null,
    missing: lackingOn(lock, machine),
  };
}

function holds(held: Lock, wanted: LockedPackage): boolean {
  return held.some(({ name, version }) => name === wanted.name && version === wanted.version);
}

function becauseOf(
  replica: ReplicaRow,
  python: string | null,
  changes: readonly PackageChange[],
): Schemas["Because"][] {
  if (!replica.live_revision) return ["first"];
  const found: Schemas["Because"][] = [];
  if (python !== replica.python_version) found.push("python");
  if (changes.length > 0) found.push("packages");
  return found.length > 0 ? found : ["settings"];
}

function countsOf(changes: readonly PackageChange[]): Record<PackageChange["kind"], number> {
  const counts = { add: 0, remove: 0, upgrade: 0, downgrade: 0, replace: 0 };
  for (const { kind } of changes) counts[kind] += 1;
  return counts;
}
