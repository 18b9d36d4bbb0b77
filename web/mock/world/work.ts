/**
 * Work as the controller and its nodes do it, in seconds instead of minutes: a resolution,
 * then a build on each node, told by events, progress and log lines.
 */
import { damagedFile } from "../data/causes";
import { fetching, finishing, installing, resolving, type Said } from "../data/narration";
import { PROJECTS } from "../data/packages";
import type { CauseRow, Schemas } from "../schema";
import { lockFor } from "./locking";
import { sizeOf, viewOf } from "./machines";
import { placeOf } from "./place";
import { Log } from "./logs";
import { interpreterOf, platformOf } from "./python";
import type { Pins } from "./resolver";
import type {
  EnvironmentRow,
  LockedPackage,
  OperationRow,
  ReplicaRow,
  RevisionRow,
  Wish,
} from "./rows";
import { supersede } from "./rollouts";
import type { World } from "./world";

type State = Schemas["OperationState"];

const TICKS = 12;

export interface Asked {
  wish: Wish;
  pins: Pins;
  message: string;
  /** Who asked. */
  by: string;
}

export class Work {
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  /** Queues a resolution; the newest edit wins over one that is under way. */
  propose(row: EnvironmentRow, asked: Asked): OperationRow {
    const { world } = this;
    const operation = this.queue("resolve", row, null, null, asked.by);
    const before = row.operation ? world.operations.get(row.operation) : undefined;
    if (before && isOpen(before)) this.end(before, "cancelled", superseded(operation.id));
    row.operation = operation.id;
    row.pending = asked.wish;
    row.updated_at = world.clock.at();
    world.later(world.pace.resolve / 4, () => {
      if (operation.state === "queued") this.begin(operation, "resolve");
    });
    world.later(world.pace.resolve, () => {
      if (isOpen(operation)) this.resolved(row, operation, asked);
    });
    return operation;
  }

  /** Makes a new revision at once, as a plan showed it. */
  revise(
    row: EnvironmentRow,
    lock: readonly LockedPackage[],
    asked: Omit<Asked, "pins">,
  ): RevisionRow {
    const { world } = this;
    const { wish, message, by } = asked;
    const number = (row.revisions.at(-1)?.number ?? 0) + 1;
    const created_at = world.clock.at();
    const revision = { number, wish, lock, author: by, message, tags: [], created_at };
    supersede(world, row, number);
    row.revisions.push(revision);
    row.backTo = null;
    row.pending = null;
    row.version += 1;
    row.updated_at = created_at;
    world.note(by, "revised", row, { after: { revision: number } });
    for (const replica of row.replicas) this.build(row, replica, revision, by);
    return revision;
  }

  /** Makes a new revision of a lock that there is, by an operation that has succeeded already. */
  asPlanned(
    row: EnvironmentRow,
    lock: readonly LockedPackage[],
    asked: Omit<Asked, "pins">,
    line: string,
  ): OperationRow {
    const operation = this.queue("resolve", row, null, null, asked.by);
    row.operation = operation.id;
    operation.log.add(this.world.clock.at(), "resolve", line);
    operation.revision = this.revise(row, lock, asked).number;
    this.end(operation, "succeeded");
    return operation;
  }

  /** Begins a build on one node; an offline node begins when it returns, which is never. */
  build(
    row: EnvironmentRow,
    replica: ReplicaRow,
    revision: RevisionRow,
    by: string,
    kind: "build" | "heal" = "build",
  ): OperationRow {
    const operation = this.queue(kind, row, replica.node, revision.number, by);
    replaceReplica(row, {
      ...replica,
      progress: null,
      state: "pending",
      step: "queue",
      revision: revision.number,
      operation: operation.id,
      cause: null,
    });
    this.tellReplica(row, replica.node, "pending");
    const node = this.world.node(replica.node);
    if (node.state === "offline" || this.world.pace.build === 0) return operation;
    const lock = viewOf(revision.lock, { platform: platformOf(node), minor: 13 });
    this.world.later(200, () => {
      this.advance(row, operation, lock, 0);
    });
    return operation;
  }

  /** Reads every file on one node, and changes nothing. */
  verify(row: EnvironmentRow, replica: ReplicaRow, by: string): OperationRow {
    const operation = this.queue("verify", row, replica.node, replica.live_revision ?? null, by);
    const before = replica.state;
    replaceReplica(row, { ...replica, state: "checking", step: "check", operation: operation.id });
    this.begin(operation, "check");
    this.tellReplica(row, replica.node, "checking");
    this.world.later(this.world.pace.build / 2, () => {
      if (!isOpen(operation)) return;
      const differs = before === "drifted";
      const where = { step: "check", hop: "node", evidence: [], transient: false };
      const params = { count: 1, packages: 1, files: 0 };
      const cause = differs ? { ...where, code: "drift-found", params } : null;
      this.say(operation, [["check", differs ? "stray ipdb" : "all files are as they were put there"]]);
      this.end(operation, "succeeded", cause);
      this.change(row, operation, { state: before, cause });
    });
    return operation;
  }

  cancel(operation: OperationRow, cause: CauseRow): void {
    this.end(operation, "cancelled", cause);
    const row = this.world.environments.get(operation.environment ?? "");
    if (!row) return;
    if (operation.kind === "resolve") this.revert(row);
    else this.change(row, operation, { state: "cancelled", cause });
  }

  queue(
    kind: Schemas["OperationKind"],
    row: EnvironmentRow,
    node: string | null,
    revision: number | null,
    by: string,
  ): OperationRow {
    const { world } = this;
    const operation: OperationRow = {
      ...{ id: world.ids.next(), kind, state: "queued", environment: row.name, node, revision },
      step: "queue",
      attempt: 1,
      progress: null,
      cause: null,
      requested_by: by,
      created_at: world.clock.at(),
      started_at: null,
      ended_at: null,
      log: new Log(),
    };
    world.operations.set(operation.id, operation);
    this.tell(operation);
    return operation;
  }

  private begin(operation: OperationRow, step: string): void {
    operation.state = "running";
    operation.step = step;
    operation.started_at = this.world.clock.at();
    this.tell(operation);
  }

  private end(operation: OperationRow, state: State, cause: CauseRow | null = null): void {
    operation.state = state;
    operation.cause = cause;
    operation.ended_at = this.world.clock.at();
    operation.log.end();
    this.tell(operation);
  }

  private resolved(row: EnvironmentRow, operation: OperationRow, asked: Asked): void {
    const nodes = row.replicas.map(({ node }) => node);
    const { lock, cause } = lockFor(this.world, nodes, asked.wish, asked.pins);
    this.say(operation, resolving(lock ?? [], cause));
    if (lock) {
      const revision = this.revise(row, lock, asked);
      operation.revision = revision.number;
      this.end(operation, "succeeded");
      return;
    }
    this.end(operation, "failed", cause);
    this.revert(row);
  }

  /** A change came to nothing; an environment that never had a revision is gone. */
  private revert(row: EnvironmentRow): void {
    row.pending = null;
    const gone = row.revisions.length === 0;
    if (gone) this.world.environments.delete(row.name);
    this.world.tell(gone ? "environment-abandoned" : "environment-reverted", {
      environment: row.name,
      environment_id: row.id,
    });
  }

  private advance(
    row: EnvironmentRow,
    operation: OperationRow,
    lock: LockedPackage[],
    tick: number,
  ): void {
    if (!(operation.state === "queued" || operation.state === "running")) return;
    const damaged = lock.find(({ name }) => PROJECTS[name]?.damaged);
    if (tick === 0) {
      this.begin(operation, "fetch");
      const { wish } = row.revisions.at(-1) ?? {};
      const python = wish && interpreterOf(this.world.node(operation.node ?? "local"), wish.python);
      this.say(operation, fetching(lock, python?.version ?? "3.13.7"));
    }
    if (tick >= TICKS / 2 && damaged) {
      const cause = damagedFile(damaged);
      this.say(operation, [["fetch", ...cause.evidence, `failed: ${cause.code}`]]);
      this.end(operation, "failed", cause);
      this.change(row, operation, { state: "failed", cause });
      return;
    }
    if (tick >= TICKS) {
      this.ready(row, operation, lock);
      return;
    }
    this.move(row, operation, lock, tick);
    this.world.later(this.world.pace.build / TICKS, () => {
      this.advance(row, operation, lock, tick + 1);
    });
  }

  private move(
    row: EnvironmentRow,
    operation: OperationRow,
    lock: LockedPackage[],
    tick: number,
  ): void {
    const share = Math.min(1, (tick + 1) / (TICKS - 3));
    const { bytes } = sizeOf(lock);
    const progress = {
      v: 1,
      bytes_done: Math.round(bytes * share),
      bytes_total: bytes,
      packages_done: Math.floor(lock.length * share),
      packages_total: lock.length,
    };
    const [state, step] = stageOf(tick);
    if (tick === TICKS - 3) this.say(operation, installing(lock));
    Object.assign(operation, { progress, step });
    this.change(row, operation, { state, step, progress });
  }

  private ready(row: EnvironmentRow, operation: OperationRow, lock: LockedPackage[]): void {
    this.say(operation, finishing(lock));
    const node = this.world.node(operation.node ?? "local");
    const revision = row.revisions.find(({ number }) => number === operation.revision);
    const python = revision && interpreterOf(node, revision.wish.python);
    this.change(row, operation, {
      ...placeOf(row, node, operation.revision ?? 1),
      state: "ready",
      step: "switch",
      live_revision: operation.revision,
      python_version: python?.version ?? null,
    });
    this.end(operation, "succeeded");
  }

  private change(row: EnvironmentRow, operation: OperationRow, news: Partial<ReplicaRow>): void {
    const replica = row.replicas.find((each) => each.operation === operation.id);
    if (!replica) return;
    const reported_at = this.world.clock.at();
    replaceReplica(row, { ...replica, progress: null, ...news, reported_at });
    this.tellReplica(row, replica.node, news.state ?? replica.state);
  }

  private say(operation: OperationRow, said: readonly Said[]): void {
    for (const [step, ...texts] of said) operation.log.add(this.world.clock.at(), step, ...texts);
  }

  private tell({ id, kind, state, environment, node }: OperationRow): void {
    this.world.tell(`operation-${state}`, { operation: id, kind, environment, node });
  }

  private tellReplica(row: EnvironmentRow, node: string, state: string): void {
    const names = { environment: row.name, environment_id: row.id };
    const operation = row.replicas.find((each) => each.node === node)?.operation;
    this.world.tell("replica-changed", { ...names, node, operation, state });
  }
}

export function isOpen({ state }: OperationRow): boolean {
  return state === "queued" || state === "running";
}

function stageOf(tick: number): [ReplicaRow["state"], string] {
  if (tick < TICKS - 4) return ["fetching", "fetch"];
  if (tick < TICKS - 2) return ["building", "install"];
  return tick < TICKS - 1 ? ["checking", "check"] : ["switching", "switch"];
}

function superseded(operation: string): CauseRow {
  const where = { step: "resolve", hop: "controller", evidence: [], transient: false };
  return { ...where, code: "superseded", params: { operation } };
}

function replaceReplica(row: EnvironmentRow, replica: ReplicaRow): void {
  row.replicas = row.replicas.map((each) => (each.node === replica.node ? replica : each));
}
