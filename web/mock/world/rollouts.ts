/** What people do to the rollout that is open (`controller/rollout_commands.py`). */
import { conflict } from "../http/refusal";
import type { Schemas } from "../schema";
import type { EnvironmentRow } from "./rows";
import type { World } from "./world";

export type Action = "sync" | "pause" | "resume" | "abort";

const DONE: Record<Action, string> = {
  sync: "released",
  pause: "paused",
  resume: "resumed",
  abort: "aborted",
};
const STANDING: ReadonlySet<Schemas["Phase"]> = new Set(["paused", "stopped"]);
const HELD: ReadonlySet<string> = new Set(["not-released", "window-closed"]);

/** The rollout that is open, if there is one. */
export function openRollout(row: EnvironmentRow): Schemas["Rollout"] | null {
  return row.rollouts.find(({ ended_at }) => ended_at === null) ?? null;
}

/** Whether nothing moves until a person or a window lets it. */
export function isHeld(rollout: Schemas["Rollout"] | null): boolean {
  return rollout !== null && (STANDING.has(rollout.phase) || HELD.has(rollout.reason));
}

export function briefOf(rollout: Schemas["Rollout"] | null): Schemas["RolloutBrief"] | null {
  if (!rollout) return null;
  const { revision, back, phase, reason, wave, waves, until = null } = rollout;
  return { revision, back, phase, reason, wave, waves, until };
}

export function act(
  world: World,
  row: EnvironmentRow,
  action: Action,
  by: string,
): Schemas["Rollout"] {
  const rollout = openRollout(row);
  const about = { name: row.name, revision: rollout?.revision };
  if (!rollout) throw conflict("rollout-none", about);
  if (rollout.phase === "returning") throw conflict("rollout-going-back", about);
  refuse(rollout, action, about);
  const at = world.clock.at();
  rollout.steps.push({ at, event: DONE[action], wave: null, nodes: [], count: null, failed: [], by });
  rollout.until = null;
  if (action === "pause") Object.assign(rollout, { phase: "paused", reason: "paused" });
  else if (action === "abort") turnBack(rollout, at);
  else Object.assign(rollout, { phase: "running", reason: "wave-busy" });
  if (action === "abort") row.backTo = rollout.back;
  row.version += 1;
  world.note(by, `rollout-${DONE[action]}`, row);
  return rollout;
}

/** A revision that takes another's place ends its rollout. */
export function supersede(world: World, row: EnvironmentRow, revision: number): void {
  const rollout = openRollout(row);
  if (!rollout) return;
  const at = world.clock.at();
  Object.assign(rollout, { phase: "superseded", ended_at: at, until: null });
  const told = { wave: null, nodes: [], count: null, failed: [], by: null };
  rollout.steps.push({ at, event: "superseded", ...told, revision });
}

function refuse(rollout: Schemas["Rollout"], action: Action, about: Record<string, unknown>): void {
  const stands = STANDING.has(rollout.phase);
  if (stands && (action === "sync" || action === "pause")) throw conflict("rollout-paused", about);
  if (!stands && action === "resume") throw conflict("rollout-running", about);
  if (action === "abort" && rollout.back === null) throw conflict("rollout-first", about);
}

function turnBack(rollout: Schemas["Rollout"], at: string): void {
  Object.assign(rollout, { phase: "returned", reason: "returned", ended_at: at });
}
