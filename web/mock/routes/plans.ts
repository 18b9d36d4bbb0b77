/** Plans and preflights (`api/plans.py`). */
import { invalid, notFound, Refusal } from "../http/refusal";
import { reply, type Routes } from "../http/route";
import { stale } from "../http/versions";
import type { Schemas } from "../schema";
import { pinsWithout } from "../world/commands";
import { adopted } from "../world/handwork";
import { lockFor, pinsOf } from "../world/locking";
import { planOf } from "../world/plan";
import { preflight } from "../world/preflight";
import { type EnvironmentRow, type LockedPackage, wanted, type Wish } from "../world/rows";
import { placedNodes, Placing } from "../world/placing";
import { messageOf, promoted } from "../world/promotion";
import { documentOf, edited, placementIn, policyAfter, same } from "../world/wishes";
import { Work } from "../world/work";
import type { World } from "../world/world";

type Path =
  | "/api/v1/environments/{name}/adoption"
  | "/api/v1/environments/{name}/plan"
  | "/api/v1/environments/{name}/plans/{plan}"
  | "/api/v1/preflight";

export const plans: Routes<Path> = {
  "/api/v1/environments/{name}/plan": {
    post: {
      role: "operator",
      answer: ({ world, path, body, who }) => {
        const row = world.environment(path.name);
        const taken = promoted(world, row.name, body);
        const wish = taken?.wish ?? edited(world, row, body);
        const placement = body.placement ? placementIn(world, body) : row.placement;
        const policy = policyAfter(row.policy, body.policy);
        const names = placedNodes(world, { ...row, placement });
        const lock =
          taken?.lock ?? lockOf(world, row, wish, { names, upgrade: body.upgrade ?? null });
        const author = who?.username ?? "";
        const source = taken?.source ?? null;
        const plan = { ...planOf(world, { row, wish, lock, placement, policy, author }), source };
        world.plans.set(plan.id, { plan, lock, placement, policy });
        return reply(plan);
      },
    },
  },
  "/api/v1/environments/{name}/adoption": {
    post: {
      role: "operator",
      answer: ({ world, path, body, who }) => {
        const row = world.environment(path.name);
        const { plan, lock } = adopted(world, row, body, who?.username ?? "");
        const { placement, policy } = row;
        world.plans.set(plan.id, { plan, lock, placement, policy });
        return reply(plan);
      },
    },
  },
  "/api/v1/environments/{name}/plans/{plan}": {
    get: {
      role: "viewer",
      answer: ({ world, path }) => reply(kept(world, world.environment(path.name), path.plan).plan),
    },
  },
  "/api/v1/preflight": {
    post: {
      role: "operator",
      answer: ({ world, body, language }) => reply(preflight(world, body, language)),
    },
  },
};

/** Makes a change exactly as its plan showed it. */
export function make(
  world: World,
  row: EnvironmentRow,
  sent: Schemas["EnvironmentEdit"],
  by: string,
): void {
  const { plan: id, message, add, drop, ...others } = sent;
  const more = Object.values(others).some((each) => each !== null && each !== undefined);
  if (more || add.length > 0 || drop.length > 0)
    throw invalid("plan-with-changes", { name: row.name });
  const { plan, lock, placement, policy } = kept(world, row, id ?? "");
  const given = Number(plan.base_version);
  if (given !== row.version) throw stale(world, row, "plan-stale", given);
  const { requirements, python, platforms, source, adoption } = plan;
  const mark = adoption ? `adopted from node ${adoption.node}` : "";
  const said = source ? messageOf(message, source) : message || mark;
  const wish = { requirements, python, platforms };
  const before = documentOf(row);
  row.placement = placement;
  row.policy = policy;
  world.note(by, "edited", row, { before, after: documentOf(row, wish) });
  if (plan.revises) new Work(world).asPlanned(row, lock, { wish, message: said, by }, `locked as plan ${plan.id} showed`);
  else row.version += 1;
  new Placing(world).one(row, by);
}

function kept(world: World, row: EnvironmentRow, id: string) {
  const found = world.plans.get(id);
  if (found?.plan.environment === row.name) return found;
  throw notFound("plan-not-found", { plan: id.slice(0, 80), name: row.name });
}

function lockOf(
  world: World,
  row: EnvironmentRow,
  wish: Wish,
  { names, upgrade }: { names: readonly string[]; upgrade: Schemas["UpgradeWish"] | null },
): readonly LockedPackage[] {
  const base = wanted(row);
  if (base && !upgrade && same(base.wish, wish)) return base.lock;
  const pins = upgrade ? pinsWithout(row, upgrade.packages ?? []) : pinsOf(row);
  const { lock, cause } = lockFor(world, names, wish, pins);
  if (lock) return lock;
  const refusal = new Refusal(422, "plan-failed", { name: row.name });
  refusal.cause_ = cause;
  throw refusal;
}
