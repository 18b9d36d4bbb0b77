/** What a rollout comes to for people: where it stands, what can be done, how far its waves are. */
import type { i18n } from "i18next";

import type { Rollout, RolloutBrief, Steering } from "../api/rollouts";

/** With these nothing moves until a person or a window lets it. */
export const HELD: ReadonlySet<string> = new Set(["not-released", "window-closed"]);
const STANDING: ReadonlySet<RolloutBrief["phase"]> = new Set(["paused", "stopped"]);

/** A moment in the viewer's zone: of today by the clock alone. */
export function momentWords(at: string, now: number, language: string): string {
  const [moment, today] = [new Date(at), new Date(now)];
  const timeStyle = "short" as const;
  const near = moment.toDateString() === today.toDateString();
  const style = near ? { timeStyle } : { dateStyle: "medium" as const, timeStyle };
  return new Intl.DateTimeFormat(language, style).format(moment);
}

/** Says why it stands where it does, as "wave 1 of 3 is at work". */
export function reasonWords(brief: RolloutBrief, now: number, { t, language }: i18n): string {
  const { reason, wave, waves, back, until } = brief;
  const params = { wave, waves, back, until: until ? momentWords(until, now, language) : "" };
  return t(`rollout-reasons.${reason || "begun"}`, { ...params, defaultValue: reason });
}

/** What can be done to it now, the likeliest first. */
export function steeringOf({ phase, reason, back }: RolloutBrief): Steering[] {
  const abort: Steering[] = back === null ? [] : ["abort"];
  if (STANDING.has(phase)) return ["resume", ...abort];
  if (phase !== "running") return [];
  return [...(HELD.has(reason) ? (["sync"] as const) : []), "pause", ...abort];
}

/** How a revision that is on its way is marked. */
export function standingOf({ phase, reason }: RolloutBrief): "going-out" | "going-back" | "held" {
  if (phase === "returning") return "going-back";
  return STANDING.has(phase) || HELD.has(reason) ? "held" : "going-out";
}

export type Progress = "done" | "work" | "next";

export interface Wave {
  number: number;
  /** As it was asked for; null for the last, which takes what is left. */
  size: string | null;
  progress: Progress;
}

/** How far the open wave is: what holds before the first leaves all of them to come. */
function openWave({ phase, reason, moved = 0, waits_for: waits = [] }: Rollout): Progress {
  if (phase === "done" || reason === "between-waves") return "done";
  if (HELD.has(reason)) return moved > 0 ? "done" : "next";
  if (STANDING.has(phase) && waits.length === 0) return moved > 0 ? "done" : "next";
  return "work";
}

/** The waves of a rollout that is open, in order. */
export function wavesOf(rollout: Rollout): Wave[] {
  const { wave: open, waves, sizes } = rollout;
  return Array.from({ length: waves }, (_, place) => {
    const number = place + 1;
    const progress = number < open ? "done" : number > open ? "next" : openWave(rollout);
    return { number, size: number < waves ? (sizes[place] ?? null) : null, progress };
  });
}

/** Revisions that were taken back, and have not gone out since; of rollouts, newest first. */
export function takenBack(rollouts: readonly Rollout[]): ReadonlySet<number> {
  const last = new Map<number, Rollout["phase"]>();
  for (const { revision, phase } of rollouts) if (!last.has(revision)) last.set(revision, phase);
  const back = [...last].filter(([, phase]) => phase === "returned" || phase === "returning");
  return new Set(back.map(([revision]) => revision));
}
