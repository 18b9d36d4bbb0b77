/** The rows of the world: documents of the API without what is derived or put into words. */
import type { CauseRow, Platform, Schemas } from "../schema";
import type { Log } from "./logs";

/** What an environment should be, as people asked for it. */
export interface Wish {
  requirements: string[];
  /** A specifier set, such as `==3.12.*`. */
  python: string;
  platforms: Platform[];
}

/** One package of a lock, with who asks for it. */
export interface LockedPackage {
  name: string;
  version: string;
  marker: string | null;
  size: number | null;
  by: Schemas["Demand"][];
}

export interface RevisionRow {
  number: number;
  wish: Wish;
  lock: readonly LockedPackage[];
  author: string;
  message: string;
  tags: string[];
  created_at: string;
}

export type ReplicaRow = Omit<Schemas["Replica"], "environment" | "node_state" | "cause"> & {
  cause: CauseRow | null;
};

export interface EnvironmentRow {
  id: string;
  name: string;
  title: string;
  description: string;
  labels: Record<string, string>;
  placement: Schemas["Placement"];
  policy: Schemas["PolicyView"];
  owner: string;
  version: number;
  /** How revisions went to nodes, the newest first. */
  rollouts: Schemas["Rollout"][];
  /** The newest last. */
  revisions: RevisionRow[];
  /** The number of the revision that was gone back to; null for the newest. */
  backTo: number | null;
  /** What is being resolved. */
  pending: Wish | null;
  operation: string | null;
  replicas: ReplicaRow[];
  created_at: string;
  updated_at: string;
}

export type OperationRow = Omit<Schemas["Operation"], "cause"> & {
  cause: CauseRow | null;
  log: Log;
};

/** The revision that is wanted, null before there is one. */
export function wanted(row: EnvironmentRow): RevisionRow | null {
  const back = row.revisions.find(({ number }) => number === row.backTo);
  return back ?? row.revisions.at(-1) ?? null;
}

export function wishOf(row: EnvironmentRow): Wish {
  const none = { requirements: [], python: "==3.13.*", platforms: [] };
  return row.pending ?? wanted(row)?.wish ?? none;
}
