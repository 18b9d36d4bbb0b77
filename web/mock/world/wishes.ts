/** From what somebody sent to what an environment should be (`controller/wishes.py`). */
import { invalid } from "../http/refusal";
import type { Schemas } from "../schema";
import { wished } from "./placement";
import { placedNodes } from "./placing";
import { chosenPython } from "./python";
import {
  canonicalName,
  kept,
  parseRequirements,
  type Requirement,
  sorted,
  written,
} from "./requirement";
import { type EnvironmentRow, type Wish, wishOf } from "./rows";
import type { World } from "./world";

type Change = Schemas["EnvironmentPlan"] | Schemas["EnvironmentEdit"];

export const FIELDS = ["title", "description", "labels"] as const;

export function created(world: World, sent: Schemas["EnvironmentCreate"]): Wish {
  const placement = placementIn(world, sent);
  const nodes = nodesFor(world, { placement, replicas: [] });
  return {
    requirements: parseRequirements(sent.requirements).map(written),
    python: chosenPython(nodes, sent.python ?? null),
    platforms: [...new Set(sent.platforms)].sort(),
  };
}

export function edited(world: World, row: EnvironmentRow, change: Change): Wish {
  const before = wishOf(row);
  const text = change.requirements;
  let wanted = typeof text === "string" ? parseRequirements(text) : kept(before.requirements);
  wanted = without(wanted, change.drop);
  for (const added of parseRequirements(change.add.join("\n"))) {
    wanted = [...wanted.filter((each) => !replaces(added, each)), added];
  }
  const placement = change.placement ? wished(world, change.placement) : row.placement;
  const nodes = nodesFor(world, { ...row, placement });
  return {
    requirements: sorted(wanted).map(written),
    python: change.python ? chosenPython(nodes, change.python) : before.python,
    platforms: change.platforms ? [...new Set(change.platforms)].sort() : before.platforms,
  };
}

/** Where something is wanted; on `local` unless it says so. */
export function placementIn(
  world: World,
  { placement }: { placement?: Schemas["PlacementWish"] | null },
): Schemas["Placement"] {
  return wished(world, placement ?? { nodes: [], select: {} });
}

/** Of a policy that leaves all to the controller. */
export const UNDECIDED: Schemas["PolicyView"] = { keep: null };

/** The policy after a change; what was not sent stays. */
export function policyAfter(
  before: Schemas["PolicyView"],
  sent: Schemas["PolicyWish"] | null | undefined,
): Schemas["PolicyView"] {
  const webhook = sent?.after_webhook;
  return { ...before, ...sent, ...(webhook ? { after_webhook: disclosed(webhook) } : {}) };
}

/** An address without what may be a secret (`domain/hooks.py`). */
function disclosed(address: string): string {
  if (!/^https?:\/\/[^\s/]+/u.test(address)) throw invalid("webhook-invalid");
  return `${new URL(address).origin}/… (3f9c2a)`;
}

/** The nodes of a placement. */
export function nodesFor(world: World, row: Pick<EnvironmentRow, "placement" | "replicas">) {
  return placedNodes(world, row).map((name) => world.node(name));
}

function replaces(added: Requirement, old: Requirement): boolean {
  return added.name === old.name && (added.marker === "" || added.marker === old.marker);
}

function without(wanted: Requirement[], names: readonly string[]): Requirement[] {
  const unwanted = new Set(names.map((name) => canonicalName(name.trim())));
  for (const name of unwanted) {
    if (wanted.some((each) => each.name === name)) continue;
    const near = wanted
      .map((each) => each.name)
      .filter((each) => each.startsWith(name.slice(0, 2)));
    throw invalid("requirement-not-listed", { name, near });
  }
  return wanted.filter(({ name }) => !unwanted.has(name));
}

/** Whether two wishes ask for the same lock. */
export function same(one: Wish, other: Wish): boolean {
  return (
    JSON.stringify([one.requirements, one.python, one.platforms]) ===
    JSON.stringify([other.requirements, other.python, other.platforms])
  );
}

/** An environment as the audit keeps it. */
export function documentOf(
  row: EnvironmentRow,
  wish = wishOf(row),
  placement = row.placement,
): Record<string, unknown> {
  const { title, description, labels, policy } = row;
  return { title, description, labels, placement, policy, ...wish };
}
