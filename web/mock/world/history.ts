/** Going back to a revision, and naming revisions (`controller/revisions.py`). */
import { conflict, invalid, notFound } from "../http/refusal";
import type { Schemas } from "../schema";
import { type EnvironmentRow, type RevisionRow, wanted } from "./rows";
import { refuseBlocked } from "./blocking";
import { supersede } from "./rollouts";
import { documentOf } from "./wishes";
import { isOpen, Work } from "./work";
import type { World } from "./world";

const TAG = /^[a-z0-9][a-z0-9._-]{0,62}$/u;
const NUMBER = /^\d+$/u;

/** Has every node go back to a revision; a resolution that is under way is ended. */
export function rollBack(
  world: World,
  row: EnvironmentRow,
  { to, message, force }: Schemas["RollbackWish"],
  by: string,
): void {
  const target = revisionNamed(row, to);
  const { number } = target;
  if (wanted(row) === target && !row.pending) {
    throw conflict("rollback-live", { name: row.name, number });
  }
  if (!force) refuseBlocked(world, target.lock);
  const before = { ...documentOf(row), revision: wanted(row)?.number };
  const work = new Work(world);
  const open = row.operation ? world.operations.get(row.operation) : undefined;
  const where = { step: "resolve", hop: "controller", evidence: [], transient: false };
  if (open && isOpen(open)) work.cancel(open, { ...where, code: "rolled-back", params: { number } });
  row.pending = null;
  supersede(world, row, number);
  row.backTo = number;
  row.version += 1;
  row.updated_at = world.clock.at();
  const after = { ...documentOf(row), revision: number, ...(message ? { message } : {}) };
  world.note(by, "rolled-back", row, { before, after });
  for (const replica of row.replicas) work.build(row, replica, target, by);
}

/** Names a revision; a name moves only when asked to. */
export function tag(
  world: World,
  row: EnvironmentRow,
  name: string,
  { revision, move }: Schemas["TagWish"],
  by: string,
): void {
  checked(name);
  const target = revisionOf(row, revision);
  const known = row.revisions.find(({ tags }) => tags.includes(name));
  if (known === target) return;
  if (known && !move) {
    throw conflict("tag-exists", { name: row.name, tag: name, number: known.number });
  }
  if (known) known.tags = known.tags.filter((each) => each !== name);
  target.tags = [...target.tags, name].sort();
  world.note(by, "tagged", row, { after: { tag: name, revision } });
}

export function untag(world: World, row: EnvironmentRow, name: string, by: string): void {
  const known = taggedIn(row, name);
  known.tags = known.tags.filter((each) => each !== name);
  world.note(by, "untagged", row, { before: { tag: name, revision: known.number } });
}

/** A revision by its number or a tag. */
export function revisionNamed(row: EnvironmentRow, name: string): RevisionRow {
  return NUMBER.test(name) ? revisionOf(row, Number(name)) : taggedIn(row, checked(name));
}

export function revisionOf(row: EnvironmentRow, number: number): RevisionRow {
  const found = row.revisions.find((each) => each.number === number);
  if (found) return found;
  const newest = row.revisions.at(-1)?.number ?? 0;
  throw notFound("revision-not-found", { name: row.name, number, newest });
}

function taggedIn(row: EnvironmentRow, name: string): RevisionRow {
  const found = row.revisions.find(({ tags }) => tags.includes(name));
  if (found) return found;
  throw notFound("tag-not-found", { name: row.name, tag: name });
}

function checked(name: string): string {
  if (NUMBER.test(name)) throw invalid("tag-numeric", { tag: name });
  if (!TAG.test(name)) throw invalid("tag-invalid", { tag: name });
  return name;
}
