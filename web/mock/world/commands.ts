/** Commands on environments: create, edit, upgrade, delete (`controller/environments.py`). */
import { conflict, invalid, notFound } from "../http/refusal";
import type { Schemas } from "../schema";
import { pinsOf } from "./locking";
import { checkName } from "./names";
import { messageOf, type Promoted, promoted } from "./promotion";
import { canonicalName } from "./requirement";
import { type EnvironmentRow, type OperationRow, wanted, wishOf } from "./rows";
import { placedNodes, Placing } from "./placing";
import { created, documentOf, edited, FIELDS, placementIn, policyAfter, same, UNDECIDED } from "./wishes";
import { type Asked, isOpen, Work } from "./work";
import type { World } from "./world";

/** Makes an environment and queues its first resolution. */
export function create(world: World, sent: Schemas["EnvironmentCreate"], by: string): OperationRow {
  checkName(sent.name);
  const taken = promoted(world, sent.name, sent);
  const wish = taken?.wish ?? created(world, sent);
  const { name, title, description, labels } = sent;
  if (world.environments.has(name)) throw conflict("environment-exists", { name });
  const at = world.clock.at();
  const row: EnvironmentRow = {
    ...{ id: world.ids.next(), name, title, description, labels, owner: by, version: 1 },
    ...{ rollouts: [], revisions: [], backTo: null, pending: null, operation: null },
    placement: placementIn(world, sent),
    policy: policyAfter(UNDECIDED, sent.policy),
    replicas: [],
    ...{ created_at: at, updated_at: at },
  };
  row.replicas = placedNodes(world, row).map((node) => ({ node, state: "pending", attempt: 1, cause: null }));
  world.environments.set(name, row);
  const asked = { wish, pins: new Map<string, string>(), message: "", by };
  const made = taken ? take(world, row, taken, asked) : new Work(world).propose(row, asked);
  world.note(by, "created", row, { after: documentOf(row, wish) });
  return made;
}

/** Changes an environment; returns the resolution where there is something to resolve. */
export function edit(
  world: World,
  row: EnvironmentRow,
  sent: Schemas["EnvironmentEdit"],
  by: string,
): OperationRow | null {
  const before = documentOf(row);
  const taken = promoted(world, row.name, sent);
  const wish = taken?.wish ?? edited(world, row, sent);
  const resolves = taken === null && !same(wish, wishOf(row));
  for (const field of FIELDS) {
    const given = sent[field];
    if (given !== null && given !== undefined) Object.assign(row, { [field]: given });
  }
  if (sent.placement) row.placement = placementIn(world, sent);
  row.policy = policyAfter(row.policy, sent.policy);
  const after = documentOf(row, wish);
  if (!taken && JSON.stringify(before) === JSON.stringify(after)) return null;
  row.version += 1;
  row.updated_at = world.clock.at();
  const asked = { wish, pins: pinsOf(row), message: sent.message, by };
  const operation = taken
    ? take(world, row, taken, asked)
    : resolves
      ? new Work(world).propose(row, asked)
      : null;
  new Placing(world).one(row, by);
  world.note(by, "edited", row, { before, after });
  return operation;
}

/** Makes a revision of another's lock, at once. */
function take(
  world: World,
  row: EnvironmentRow,
  { source, lock }: Promoted,
  asked: Omit<Asked, "pins">,
): OperationRow {
  const said = { ...asked, message: messageOf(asked.message, source) };
  return new Work(world).asPlanned(row, lock, said, `the lock of ${source}, nothing resolved`);
}

/** Locks anew on purpose: the packages named, or all of them. */
export function upgrade(
  world: World,
  row: EnvironmentRow,
  { packages, message }: Schemas["EnvironmentUpgrade"],
  by: string,
): OperationRow {
  const asked = { wish: wishOf(row), pins: pinsWithout(row, packages), message, by };
  const operation = new Work(world).propose(row, asked);
  row.version += 1;
  world.note(by, "upgraded", row);
  return operation;
}

/** Deletes an environment; work on it that has not ended is ended. */
export function remove(world: World, row: EnvironmentRow, by: string): void {
  const work = new Work(world);
  const open = row.operation ? world.operations.get(row.operation) : undefined;
  const where = { step: "resolve", hop: "controller", evidence: [], transient: false };
  const cause = { ...where, code: "environment-deleted", params: { username: by } };
  if (open && isOpen(open)) work.cancel(open, cause);
  for (const { node } of row.replicas) work.queue("remove", row, node, null, by);
  world.environments.delete(row.name);
  world.deleted.set(row.name, { row, at: world.clock.at() });
  world.note(by, "deleted", row, { before: documentOf(row) });
}

/** Brings back what was deleted last under a name. */
export function undelete(world: World, name: string, by: string): void {
  if (world.environments.has(name)) throw conflict("environment-exists", { name });
  const found = world.deleted.get(name);
  const revision = found && wanted(found.row);
  if (!found || !revision) throw notFound("environment-not-deleted", { name, days: 7 });
  const { row } = found;
  world.deleted.delete(name);
  row.version += 1;
  world.environments.set(name, row);
  const work = new Work(world);
  for (const replica of row.replicas) work.build(row, replica, revision, by);
  world.note(by, "undeleted", row, { after: documentOf(row) });
}

/** The live versions but for packages that may change; none named means all. */
export function pinsWithout(row: EnvironmentRow, packages: readonly string[]): Map<string, string> {
  const pins = new Map(pinsOf(row));
  const names = packages.map(canonicalName);
  const unknown = names.filter((name) => !pins.has(name));
  if (unknown.length > 0) throw invalid("package-not-locked", { packages: unknown });
  if (names.length === 0) return new Map();
  for (const name of names) pins.delete(name);
  return pins;
}
