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
  owner: string;
  version: number;
  paused: boolean;
  /** The newest last. */
  revisions: RevisionRow[];
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

/** The newest revision's wish and lock, or what they are before there is one. */
export function newest(row: EnvironmentRow): RevisionRow | null {
  return row.revisions.at(-1) ?? null;
}

export function wishOf(row: EnvironmentRow): Wish {
  const none = { requirements: [], python: "==3.13.*", platforms: [] };
  return row.pending ?? newest(row)?.wish ?? none;
}
