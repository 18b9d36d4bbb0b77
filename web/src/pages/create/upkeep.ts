/** How an environment is kept, as a form holds it: what is empty is left to the controller. */
import type { components } from "../../api/schema.gen";

type PolicyView = components["schemas"]["PolicyView"];
type PolicyWish = components["schemas"]["PolicyWish"];
export type DriftPolicy = components["schemas"]["DriftPolicy"];

export const DRIFT_POLICIES: readonly DriftPolicy[] = ["alert", "heal", "ignore"];

/** When revisions go out: at once, by hand, or while a window is open. */
export type Sync = "auto" | "manual" | "window";

export interface Upkeep {
  /** Revisions that nodes keep for a rollback. */
  keep: number | null;
  /** Names of modules, between them whatever somebody types. */
  checks: string;
  command: string;
  /** Seconds. */
  timeout: number | null;
  grace: number | null;
  sync: Sync;
  /** When a window opens, by the five fields of cron. */
  cron: string;
  /** How long it stays open, such as `4h`. */
  lasts: string;
  /** By whose clocks: an IANA name. */
  zone: string;
  /** Sizes of waves, between them whatever somebody types. */
  waves: string;
  /** Seconds. */
  wavePause: number | null;
  /** How many nodes may fail: a number, or a share such as `5%`. */
  failures: string;
  /** Whether a rollout that stops takes back what it has moved. */
  returns: boolean;
  drift: DriftPolicy;
  /** Names of units, between them whatever somebody types. */
  units: string;
  /** A command after a switch. */
  after: string;
  /** Seconds. */
  afterTimeout: number | null;
  /** An address; of one that is there only what is no secret. */
  webhook: string;
  /** Days. */
  coolDown: number | null;
  /** Names of packages, between them whatever somebody types. */
  coolDownExcept: string;
}

export const NO_UPKEEP: Upkeep = {
  ...{ keep: null, checks: "", command: "", timeout: null, grace: null },
  ...{ sync: "auto", cron: "", lasts: "", zone: "" },
  ...{ waves: "", wavePause: null, failures: "", returns: true, drift: "alert" },
  ...{ units: "", after: "", afterTimeout: null, webhook: "" },
  ...{ coolDown: null, coolDownExcept: "" },
};

/** `CRON/DURATION/ZONE`, of which the first and the last may have a slash within. */
const WINDOW = /^window:(.+?)\/(\d+\s*[smhdw])\/([\w+/-]+)$/;

type When = Pick<Upkeep, "sync" | "cron" | "lasts" | "zone">;

function whenOf(sync: string): When {
  const [, cron = "", lasts = "", zone = ""] = WINDOW.exec(sync.trim()) ?? [];
  if (cron) return { sync: "window", cron, lasts, zone };
  return { sync: sync === "manual" ? sync : "auto", cron, lasts, zone };
}

function syncOf({ sync, cron, lasts, zone }: When): string | null {
  if (sync !== "window") return sync === "auto" ? null : sync;
  return `window:${[cron, lasts, zone].map((part) => part.trim()).join("/")}`;
}

export function upkeepOf(policy: PolicyView | undefined): Upkeep {
  return {
    keep: policy?.keep ?? null,
    checks: (policy?.checks ?? []).join(" "),
    command: policy?.check_command ?? "",
    timeout: policy?.check_timeout ?? null,
    grace: policy?.grace ?? null,
    ...whenOf(policy?.sync ?? ""),
    waves: (policy?.waves ?? []).join(" "),
    wavePause: policy?.wave_pause ?? null,
    failures: policy?.failures ?? "",
    returns: policy?.returns ?? true,
    drift: policy?.drift ?? "alert",
    units: (policy?.after_units ?? []).join(" "),
    after: policy?.after_command ?? "",
    afterTimeout: policy?.after_timeout ?? null,
    webhook: policy?.after_webhook ?? "",
    coolDown: policy?.cool_down ?? null,
    coolDownExcept: (policy?.cool_down_except ?? []).join(" "),
  };
}

/** The modules, or units, that a text names. */
export function namesIn(text: string): string[] {
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
    checks: someOf(namesIn(upkeep.checks)),
    check_command: upkeep.command.trim() || null,
    check_timeout: upkeep.timeout,
    grace: upkeep.grace,
    sync: syncOf(upkeep),
    waves: someOf(wordsIn(upkeep.waves)),
    wave_pause: upkeep.wavePause,
    failures: upkeep.failures.trim() || null,
    returns: upkeep.returns ? null : false,
    drift: upkeep.drift === "alert" ? null : upkeep.drift,
    after_units: someOf(namesIn(upkeep.units)),
    after_command: upkeep.after.trim() || null,
    after_timeout: upkeep.afterTimeout,
    after_webhook: upkeep.webhook.trim() || null,
    cool_down: upkeep.coolDown,
    cool_down_except: someOf(namesIn(upkeep.coolDownExcept)),
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

/** All that was chosen, in a line, for people who compare. */
export function upkeepWords(policy: PolicyView | undefined): string {
  return Object.values(policy ?? {})
    .filter((part) => part !== null && part !== true && String(part) !== "")
    .map((part) => (Array.isArray(part) ? part.join(" ") : String(part)))
    .join(" · ");
}

export function sameUpkeep(one: Upkeep, other: Upkeep): boolean {
  return policyChange(one, other) === null;
}
