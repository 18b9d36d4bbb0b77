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
  /** When revisions go out, as the API writes it; empty for at once. */
  sync: string;
  /** Sizes of waves, between them whatever somebody types. */
  waves: string;
  /** Seconds. */
  wavePause: number | null;
  /** How many nodes may fail: a number, or a share such as `5%`. */
  failures: string;
  /** Whether a rollout that stops takes back what it has moved. */
  returns: boolean;
}

export const NO_UPKEEP: Upkeep = {
  ...{ keep: null, checks: "", command: "", timeout: null, grace: null },
  ...{ sync: "", waves: "", wavePause: null, failures: "", returns: true },
};

export function upkeepOf(policy: PolicyView | undefined): Upkeep {
  return {
    keep: policy?.keep ?? null,
    checks: (policy?.checks ?? []).join(" "),
    command: policy?.check_command ?? "",
    timeout: policy?.check_timeout ?? null,
    grace: policy?.grace ?? null,
    sync: policy?.sync ?? "",
    waves: (policy?.waves ?? []).join(" "),
    wavePause: policy?.wave_pause ?? null,
    failures: policy?.failures ?? "",
    returns: policy?.returns ?? true,
  };
}

/** The modules that a text names. */
export function modulesIn(text: string): string[] {
  return [...new Set(wordsIn(text))];
}

function wordsIn(text: string): string[] {
  return text.split(/[\s,;，；、]+/).filter(Boolean);
}

function someOf(words: string[]): string[] | null {
  return words.length > 0 ? words : null;
}

function wishOf(upkeep: Upkeep): Required<PolicyWish> {
  return {
    keep: upkeep.keep,
    checks: someOf(modulesIn(upkeep.checks)),
    check_command: upkeep.command.trim() || null,
    check_timeout: upkeep.timeout,
    grace: upkeep.grace,
    sync: upkeep.sync.trim() || null,
    waves: someOf(wordsIn(upkeep.waves)),
    wave_pause: upkeep.wavePause,
    failures: upkeep.failures.trim() || null,
    returns: upkeep.returns ? null : false,
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
