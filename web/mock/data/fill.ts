/** Puts planned environments into a world: revisions, replicas, work with its logs, audit. */
import type { CauseRow, Schemas } from "../schema";
import { DAY, HOUR } from "../world/clock";
import { documentOf, UNDECIDED } from "../world/wishes";
import { Log } from "../world/logs";
import { sizeOf, viewOf } from "../world/machines";
import { placeOf } from "../world/place";
import { interpreterOf, platformOf } from "../world/python";
import { kept, written } from "../world/requirement";
import { resolve } from "../world/resolver";
import type {
  EnvironmentRow,
  LockedPackage,
  OperationRow,
  ReplicaRow,
  RevisionRow,
  Wish,
} from "../world/rows";
import type { World } from "../world/world";
import { cancelledBy } from "./causes";
import type { On, Planned } from "./environments";
import { failing, fetching, finishing, installing, resolving, type Said } from "./narration";
import { rolloutOf } from "./rollouts";

const SECOND = 1_000;
const OPEN: ReadonlySet<ReplicaRow["state"]> = new Set([
  "fetching",
  "building",
  "checking",
  "switching",
]);
const STEPS: Partial<Record<ReplicaRow["state"], string>> = {
  pending: "queue",
  waiting: "queue",
  fetching: "fetch",
  building: "install",
  checking: "check",
  removing: "remove",
};

/** Adds an environment with all that happened to it, and returns it. */
export function fill(world: World, planned: Planned): EnvironmentRow {
  const [created, updated] = planned.age ?? [30 * DAY, DAY];
  const row: EnvironmentRow = {
    id: world.ids.next(),
    name: planned.name,
    title: planned.title ?? "",
    description: planned.description ?? "",
    labels: planned.labels ?? {},
    owner: planned.owner ?? "operator",
    version: planned.revisions.length + (planned.pending ? 1 : 0),
    rollouts: [],
    revisions: [],
    backTo: null,
    pending: null,
    operation: null,
    placement: placementFor(planned),
    policy: UNDECIDED,
    replicas: [],
    created_at: world.clock.at(created),
    updated_at: world.clock.at(updated),
  };
  world.environments.set(row.name, row);
  for (const place of planned.revisions.keys()) revise(world, row, planned, place);
  row.replicas = planned.on.map((on) => replicaOf(world, row, on, updated));
  if (planned.rollout) row.rollouts.push(rolloutOf(world, row, planned.rollout));
  if (planned.rollout) tellAsLive(row);
  if (planned.rollout === "returned") row.backTo = row.rollouts[0]?.back ?? null;
  if (planned.pending) propose(world, row, wishFor(planned, planned.pending), updated);
  return row;
}

/** A node whose turn has not come was told the revision that it has. */
function tellAsLive({ replicas }: EnvironmentRow): void {
  for (const replica of replicas)
    if (replica.state === "ready") replica.revision = replica.live_revision ?? null;
}

function placementFor({ on, select }: Planned): Schemas["Placement"] {
  if (select) return { nodes: [], select };
  const names = on.map(({ node }) => node).sort();
  return { nodes: names.length === 1 && names[0] === "local" ? [] : names, select: {} };
}

function wishFor({ python, platforms }: Planned, requirements: string[]): Wish {
  const canonical = kept(requirements).map(written);
  return { requirements: canonical, python: python ?? "==3.13.*", platforms: platforms ?? [] };
}

function revise(world: World, row: EnvironmentRow, planned: Planned, place: number): void {
  const [created, updated] = planned.age ?? [30 * DAY, DAY];
  const count = planned.revisions.length;
  const ago = count === 1 ? created : created - ((created - updated) * place) / (count - 1);
  const wish = wishFor(planned, planned.revisions[place] ?? []);
  const before = row.revisions.at(-1);
  const pins = new Map(before?.lock.map(({ name, version }) => [name, version]) ?? []);
  const { lock } = resolve(wish, pins);
  if (!lock) throw new Error(`the mock's data: ${row.name} cannot be resolved`);
  const number = place + 1;
  const author = row.owner;
  const message = planned.messages?.[place] ?? "";
  const tags = planned.tags?.[place] ?? [];
  const at = world.clock.at(ago);
  const revision = { number, wish, lock, author, message, tags, created_at: at };
  row.revisions.push(revision);
  const operation = work(
    world,
    row,
    { kind: "resolve", state: "succeeded", revision: number },
    ago,
  );
  write(operation, resolving(lock, null), ago, world);
  row.operation = operation.id;
  world.audit.push({
    id: world.ids.next(),
    at: world.clock.at(ago + SECOND),
    username: author,
    action: `environment-${before ? "edited" : "created"}`,
    subject: `environment:${row.name}`,
    before: before ? documentOf(row, before.wish) : null,
    after: documentOf(row, wish),
  });
}

function propose(world: World, row: EnvironmentRow, wish: Wish, ago: number): void {
  row.pending = wish;
  const operation = work(world, row, { kind: "resolve", state: "running", step: "resolve" }, ago);
  operation.log.add(world.clock.at(ago), "resolve", "resolving for 1 platform, Python 3.12");
  row.operation = operation.id;
}

function work(
  world: World,
  row: EnvironmentRow,
  is: Partial<OperationRow> & Pick<OperationRow, "kind" | "state">,
  ago: number,
): OperationRow {
  const ended =
    is.state === "running" || is.state === "queued" ? null : world.clock.at(ago - 8 * SECOND);
  const operation: OperationRow = {
    id: world.ids.next(),
    environment: row.name,
    node: null,
    revision: null,
    step: is.kind === "resolve" ? "resolve" : "switch",
    attempt: 1,
    progress: null,
    cause: null,
    requested_by: row.owner,
    created_at: world.clock.at(ago),
    started_at: is.state === "queued" ? null : world.clock.at(ago - SECOND),
    ended_at: ended,
    log: new Log(),
    ...is,
  };
  world.operations.set(operation.id, operation);
  return operation;
}

function write(operation: OperationRow, said: readonly Said[], ago: number, world: World): void {
  let late = ago;
  for (const [step, ...texts] of said) {
    late -= 400;
    operation.log.add(world.clock.at(late), step, ...texts);
  }
  if (operation.ended_at) operation.log.end();
}

function replicaOf(world: World, row: EnvironmentRow, on: On, ago: number): ReplicaRow {
  const { node: name, state = "ready", attempt = 1 } = on;
  const node = world.node(name);
  const revision = row.revisions.at(-1);
  if (!revision) throw new Error(`the mock's data: ${row.name} has no revision`);
  const behind = on.behind ?? 0;
  const live = row.revisions.find(({ number }) => number === revision.number - behind);
  const python = live && interpreterOf(node, live.wish.python)?.version;
  const wanted = interpreterOf(node, revision.wish.python)?.version;
  const lock = viewOf(revision.lock, { platform: platformOf(node), minor: 13 });
  const progress = OPEN.has(state) || on.done ? progressAt(lock, on.done ?? 0) : null;
  const cause = on.cause ?? (state === "cancelled" ? cancelledBy(row.owner, "fetch") : null);
  const step = cause?.step ?? STEPS[state] ?? "switch";
  const operation = work(
    world,
    row,
    {
      kind: state === "removing" ? "remove" : "build",
      state: operationState(state),
      node: name,
      revision: revision.number,
      step,
      attempt,
      progress,
      cause,
      ...ends(world, state, lock, ago - 2 * SECOND),
    },
    ago - 2 * SECOND,
  );
  write(operation, saidOf(state, lock, cause, wanted ?? "3.13.7"), ago - 2 * SECOND, world);
  const reported =
    node.state === "offline" ? node.last_seen_at : world.clock.at(Math.max(0, ago - 9 * SECOND));
  return {
    node: name,
    state,
    revision: revision.number,
    live_revision: live?.number ?? null,
    ...placeOf(row, node, live?.number ?? revision.number),
    ...(live ? {} : { prefix: null }),
    python_version: python ?? null,
    step,
    attempt,
    progress,
    cause,
    operation: operation.id,
    reported_at: reported ?? null,
  };
}

/** When a build ended that took as long as its packages are many. */
function ends(
  world: World,
  state: ReplicaRow["state"],
  lock: readonly LockedPackage[],
  ago: number,
) {
  const over = operationState(state) !== "running" && operationState(state) !== "queued";
  const took = (2 + 0.4 * lock.length) * SECOND;
  return over ? { ended_at: world.clock.at(Math.max(0, ago - took)) } : {};
}

function progressAt(lock: readonly LockedPackage[], done: number) {
  const { bytes } = sizeOf(lock);
  return {
    v: 1,
    bytes_done: Math.round(bytes * done),
    bytes_total: bytes,
    packages_done: Math.floor(lock.length * done),
    packages_total: lock.length,
  };
}

function operationState(state: ReplicaRow["state"]): OperationRow["state"] {
  if (state === "pending" || state === "waiting") return "queued";
  if (state === "ready" || state === "drifted") return "succeeded";
  return state === "failed" || state === "cancelled" ? state : "running";
}

function saidOf(
  state: ReplicaRow["state"],
  lock: readonly LockedPackage[],
  cause: CauseRow | null,
  python: string,
): Said[] {
  if (state === "pending" || state === "waiting") return [];
  if (state === "removing")
    return [["remove", "removing the stable path", "waiting for 2 processes that use the prefix"]];
  const begun = fetching(lock, python);
  if (cause) return [...begun, failing(cause)];
  if (state === "fetching") return begun.map(([step, ...texts]) => [step, ...texts.slice(0, 5)]);
  const built = [...begun, ...installing(lock)];
  return state === "ready" || state === "drifted" ? [...built, ...finishing(lock)] : built;
}

/** A revision whose lock is that of another, for many environments alike. */
export function sharing(revision: RevisionRow, created_at: string): RevisionRow {
  return { ...revision, created_at };
}

/** Milliseconds of an age that spreads over a year. */
export function ageOf(place: number): number {
  return ((place * 7_919) % (365 * 24)) * HOUR;
}
