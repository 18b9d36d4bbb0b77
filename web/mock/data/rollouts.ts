/** Rollouts of the usual scenario: each way in which one can stand. */
import type { Schemas } from "../schema";
import { HOUR, MINUTE } from "../world/clock";
import type { EnvironmentRow } from "../world/rows";
import type { On, Planned } from "./environments";
import type { World } from "../world/world";

export type Standing = "paused" | "not-released" | "between-waves" | "wave-busy" | "returned";

const behind = (...nodes: string[]): On[] => nodes.map((node) => ({ node, behind: 1 }));

/** What the environments of the scenario `rollouts` differ in from the usual ones. */
export const STEERED: Record<string, Partial<Planned>> = {
  "price-crawl-daily": {
    rollout: "between-waves",
    on: [
      { node: "crawler-sh-01" },
      ...behind("crawler-sh-02", "crawler-sh-03", "crawler-sh-04"),
    ],
  },
  "risk-scoring": {
    rollout: "not-released",
    on: behind("etl-hz-01", "local", "gpu-bj-01"),
  },
  "kafka-consumers": {
    rollout: "wave-busy",
    revisions: [
      ["kafka-python-ng", "orjson", "psycopg"],
      ["kafka-python-ng", "orjson", "psycopg", "pydantic"],
    ],
    on: [
      { node: "crawler-sh-01" },
      { node: "crawler-sh-02", state: "fetching", done: 0.4, behind: 1 },
      { node: "crawler-sh-03", state: "checking", done: 1, behind: 1 },
      { node: "crawler-sh-04", state: "building", done: 1, behind: 1 },
      { node: "etl-hz-01", state: "fetching", done: 0.7, behind: 1 },
      ...behind("local"),
    ],
  },
  "weekly-report": { rollout: "paused", on: behind("local", "etl-hz-01") },
  "orders-etl": { rollout: "returned", on: behind("etl-hz-01", "local") },
};

type Step = Schemas["RolloutStep"];

/** The rollout of an environment's newest revision, standing as planned. */
export function rolloutOf(world: World, row: EnvironmentRow, standing: Standing): Schemas["Rollout"] {
  const names = row.replicas.map(({ node }) => node).sort();
  const revision = row.revisions.length;
  const common = {
    id: world.ids.next(),
    environment: row.name,
    revision,
    back: revision > 1 ? revision - 1 : null,
    sizes: ["1", "50%"],
    pause_seconds: 600,
    failures: "0",
    returns: true,
    requested_by: row.owner,
    created_at: world.clock.at(HOUR),
    ended_at: null,
    allowed: 0,
    nodes: names.length,
    wave: 1,
    waves: Math.min(3, names.length),
    until: null,
    ...{ moved: 0, ready: 0, waits_for: [], behind: [], failed: [], steps: [] },
  };
  return { ...common, ...STANDINGS[standing](world, names) };
}

const STANDINGS: Record<
  Standing,
  (world: World, names: string[]) => Partial<Schemas["Rollout"]> &
    Pick<Schemas["Rollout"], "phase" | "reason">
> = {
  paused: (world) => ({
    phase: "paused",
    reason: "paused",
    steps: [step(world, HOUR, "not-released"), step(world, 50 * MINUTE, "paused", { by: "admin" })],
  }),
  "not-released": (world) => ({
    phase: "running",
    reason: "not-released",
    sizes: [],
    waves: 1,
    steps: [step(world, HOUR, "not-released")],
  }),
  "between-waves": (world, names) => ({
    phase: "running",
    reason: "between-waves",
    until: world.clock.at(-4 * MINUTE),
    ...{ moved: 1, ready: 1 },
    steps: [
      step(world, 12 * MINUTE, "wave-open", { wave: 1, nodes: names.slice(0, 1), count: 1 }),
      step(world, 11 * MINUTE, "wave-busy", { wave: 1 }),
      step(world, 6 * MINUTE, "between-waves", { wave: 1 }),
    ],
  }),
  "wave-busy": (world, names) => ({
    phase: "running",
    reason: "wave-busy",
    wave: 2,
    ...{ moved: names.length - 1, ready: 1, waits_for: names.slice(1, -1) },
    steps: [
      step(world, 12 * MINUTE, "wave-open", { wave: 1, nodes: names.slice(0, 1), count: 1 }),
      step(world, 6 * MINUTE, "wave-open", { wave: 2, nodes: names.slice(1, -1), count: names.length - 2 }),
      step(world, 6 * MINUTE, "wave-busy", { wave: 2 }),
    ],
  }),
  returned: (world, names) => ({
    phase: "returned",
    reason: "returned",
    ended_at: world.clock.at(40 * MINUTE),
    steps: [
      step(world, HOUR, "wave-open", { wave: 1, nodes: names.slice(0, 1), count: 1 }),
      step(world, 50 * MINUTE, "budget-exceeded", { wave: 1, failed: names.slice(0, 1) }),
      step(world, 40 * MINUTE, "returned", { wave: 1 }),
    ],
  }),
};

function step(world: World, ago: number, event: string, more: Partial<Step> = {}): Step {
  const at = world.clock.at(ago);
  return { at, event, wave: null, nodes: [], count: null, failed: [], by: null, ...more };
}
