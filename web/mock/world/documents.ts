/** Rows as the documents of the API, in the reader's language (`controller/views.py`). */
import { causeIn } from "../http/refusal";
import type { CauseRow, Schemas } from "../schema";
import type { Language } from "../texts";
import { digits } from "./random";
import type { EnvironmentRow, LockedPackage, OperationRow, ReplicaRow, RevisionRow } from "./rows";
import { wanted, wishOf } from "./rows";
import { kept } from "./requirement";
import { briefOf, openRollout } from "./rollouts";
import { stateOf } from "./state";
import type { World } from "./world";

export class Documents {
  private readonly world: World;
  private readonly language: Language;

  constructor(world: World, language: Language) {
    this.world = world;
    this.language = language;
  }

  environment(row: EnvironmentRow): Schemas["Environment"] {
    return { ...factsOf(row), replicas: this.replicas(row) };
  }

  /** An environment as lists show it: what its replicas come to. */
  item(row: EnvironmentRow): Schemas["EnvironmentItem"] {
    const [only] = row.replicas;
    const trouble = troubleOf(row.replicas);
    return {
      ...factsOf(row),
      counts: countsOf(row.replicas),
      node: row.replicas.length === 1 && only ? only.node : null,
      progress: progressOf(row.replicas),
      cause: this.cause(trouble?.cause ?? null),
      cause_node: trouble?.node ?? null,
    };
  }

  /** By node. */
  replicas(row: EnvironmentRow): Schemas["Replica"][] {
    const shown = row.replicas.map((each) => this.replica(row, each));
    return shown.sort((a, b) => (a.node < b.node ? -1 : 1));
  }

  private replica(row: EnvironmentRow, replica: ReplicaRow): Schemas["Replica"] {
    return {
      ...replica,
      environment: row.name,
      node_state: this.world.nodes.get(replica.node)?.state ?? "offline",
      cause: this.cause(replica.cause),
    };
  }

  operation(row: OperationRow): Schemas["Operation"] {
    const shown: Schemas["Operation"] & { log?: unknown } = {
      ...row,
      cause: this.cause(row.cause),
    };
    delete shown.log;
    return shown;
  }

  cause(cause: CauseRow | null): Schemas["CauseView"] | null {
    return cause && causeIn(cause, this.language, this.world.say);
  }
}

function factsOf(row: EnvironmentRow): Omit<Schemas["Environment"], "replicas"> {
  const { id, name, title, description, labels, owner, operation } = row;
  return {
    ...{ id, name, title, description, labels, owner, operation },
    ...wishOf(row),
    python_for: [],
    placement: row.placement,
    policy: row.policy,
    state: environmentState(row),
    rollout: briefOf(openRollout(row)),
    revision: wanted(row)?.number ?? null,
    package_count: wanted(row)?.lock.length ?? 0,
    version: String(row.version),
    created_at: row.created_at,
    updated_at: row.updated_at,
  };
}

const MOVING: ReadonlySet<ReplicaRow["state"]> = new Set([
  "fetching",
  "building",
  "checking",
  "switching",
]);

function countsOf(replicas: readonly ReplicaRow[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state } of replicas) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

function progressOf(replicas: readonly ReplicaRow[]): Schemas["Progress"] | null {
  const moving = replicas.flatMap(({ state, progress }) =>
    MOVING.has(state) ? (progress ?? []) : [],
  );
  if (moving.length === 0) return null;
  const sum = (of: (each: Schemas["Progress"]) => number) =>
    moving.reduce((total, each) => total + of(each), 0);
  return {
    v: 1,
    bytes_done: sum((each) => each.bytes_done),
    bytes_total: sum((each) => each.bytes_total),
    packages_done: sum((each) => each.packages_done),
    packages_total: sum((each) => each.packages_total),
  };
}

/** The replica whose cause stands for all: one that failed, else one that waits to try again. */
function troubleOf(replicas: readonly ReplicaRow[]): ReplicaRow | undefined {
  const failed = replicas.find(({ state, cause }) => state === "failed" && cause);
  return failed ?? replicas.find(({ state, cause }) => state === "waiting" && cause);
}

export function environmentState(row: EnvironmentRow): Schemas["EnvironmentState"] {
  const states = row.replicas.map(({ state }) => state);
  return stateOf(row.pending !== null, openRollout(row), states);
}

export function revision(row: RevisionRow): Schemas["Revision"] {
  const { number, wish, author, message, tags, created_at } = row;
  const lock_digest = digestOf(row.lock);
  const package_count = row.lock.length;
  const packed = { lock_digest, package_count, author, message, tags, created_at };
  return { number, ...wish, python_for: [], ...packed };
}

/** @param demands whether to tell who asks for each package. */
export function revisionDetail(row: RevisionRow, demands: boolean): Schemas["RevisionDetail"] {
  const requested = new Set(kept(row.wish.requirements).map(({ name }) => name));
  const packages = row.lock.map(({ name, version, marker, size, by }) => {
    const asked = { requested: requested.has(name), required_by: demands ? by : null };
    return { name, version, marker, size, ...asked };
  });
  return { ...revision(row), packages };
}

export function digestOf(lock: readonly LockedPackage[]): string {
  return digits(lock.map(({ name, version }) => `${name}==${version}`).join(" "), 64);
}
