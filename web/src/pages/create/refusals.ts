/** Which part of a form a refusal is about. */
import { ApiError, type Said } from "../../api/problem";
import type { Upkeep } from "./upkeep";

/** What is wrong with how an environment is to be kept, by part. */
export type UpkeepRefusals = Partial<Record<keyof Upkeep, Said>>;

export interface Refusals {
  name: Said | null;
  python: Said | null;
  upkeep: UpkeepRefusals;
  /** What belongs to no field; null too for what the page itself deals with. */
  rest: Error | null;
}

const OF_NAME = /^(?:name-|environment-exists$)/;
const OF_PYTHON = /^python-/;
const OF_UPKEEP: Record<string, keyof Upkeep> = {
  "keep-out-of-range": "keep",
  "checks-too-many": "checks",
  "check-module-invalid": "checks",
  "check-command-invalid": "command",
  "check-timeout-out-of-range": "timeout",
  "grace-out-of-range": "grace",
  "cool-down-out-of-range": "coolDown",
  "cool-down-package-invalid": "coolDownExcept",
  "cool-down-packages-too-many": "coolDownExcept",
  "hook-unit-invalid": "units",
  "hook-unit-own": "units",
  "hook-units-too-many": "units",
  "hook-command-invalid": "after",
  "hook-timeout-out-of-range": "afterTimeout",
  "webhook-invalid": "webhook",
  "sync-invalid": "cron",
  "window-invalid": "cron",
  "window-cron-invalid": "cron",
  "window-length-invalid": "lasts",
  "window-zone-unknown": "zone",
  "wave-invalid": "waves",
  "waves-too-many": "waves",
  "wave-pause-out-of-range": "wavePause",
  "failures-invalid": "failures",
};

/**
 * Sorts an error to the field that it is about.
 *
 * Refused lines stand at the lines, and for a session that ended the whole page asks.
 */
export function refusalsOf(error: Error | null): Refusals {
  const none: Refusals = { name: null, python: null, upkeep: {}, rest: null };
  const problem = error instanceof ApiError ? error.problem : null;
  if (!problem) return { ...none, rest: error };
  if (OF_NAME.test(problem.code)) return { ...none, name: problem };
  if (OF_PYTHON.test(problem.code)) return { ...none, python: problem };
  const part = OF_UPKEEP[problem.code];
  if (part) return { ...none, upkeep: { [part]: problem } };
  const elsewhere = problem.status === 401 || (problem.lines ?? []).length > 0;
  return { ...none, rest: elsewhere ? null : error };
}
