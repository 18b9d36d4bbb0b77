/** How an environment is kept, as a form holds it: what is empty is left to the controller. */
import type { components } from "../../api/schema.gen";

type PolicyView = components["schemas"]["PolicyView"];
type PolicyWish = components["schemas"]["PolicyWish"];

export interface Upkeep {
  /** Revisions that nodes keep for a rollback. */
  keep: number | null;
  /** Names of modules, between them whatever somebody types. */
  checks: string;
  command: string;
  /** Seconds. */
  timeout: number | null;
  grace: number | null;
}

export const NO_UPKEEP: Upkeep = { keep: null, checks: "", command: "", timeout: null, grace: null };

export function upkeepOf(policy: PolicyView | undefined): Upkeep {
  return {
    keep: policy?.keep ?? null,
    checks: (policy?.checks ?? []).join(" "),
    command: policy?.check_command ?? "",
    timeout: policy?.check_timeout ?? null,
    grace: policy?.grace ?? null,
  };
}

/** The modules that a text names. */
export function modulesIn(text: string): string[] {
  return [...new Set(text.split(/[\s,;，；、]+/).filter(Boolean))];
}

function wishOf({ keep, checks, command, timeout, grace }: Upkeep): Required<PolicyWish> {
  const modules = modulesIn(checks);
  return {
    keep,
    checks: modules.length > 0 ? modules : null,
    check_command: command.trim() || null,
    check_timeout: timeout,
    grace,
  };
}

/** Returns the parts that differ; null where none does. */
export function policyChange(was: Upkeep, now: Upkeep): PolicyWish | null {
  const [before, after] = [wishOf(was), wishOf(now)];
  const parts = Object.entries(after).filter(
    ([name, value]) =>
      JSON.stringify(value) !== JSON.stringify(before[name as keyof PolicyWish]),
  );
  return parts.length > 0 ? (Object.fromEntries(parts) as PolicyWish) : null;
}

export function sameUpkeep(one: Upkeep, other: Upkeep): boolean {
  return policyChange(one, other) === null;
}
