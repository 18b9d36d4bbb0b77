/** What work says while it is done: the lines of its log, as uv and the agent print them. */
import type { CauseRow } from "../schema";
import type { Step } from "../world/logs";
import type { LockedPackage } from "../world/rows";

export type Said = [step: Step, ...texts: string[]];

const MIB = 1024 * 1024;

function size(bytes: number | null): string {
  if (bytes === null) return "size unknown";
  return bytes < MIB ? `${(bytes / 1024).toFixed(1)}KiB` : `${(bytes / MIB).toFixed(1)}MiB`;
}

/** A resolution from its start to the lock, or to where it failed. */
export function resolving(lock: readonly LockedPackage[], cause: CauseRow | null): Said[] {
  const begun: Said = ["resolve", "resolving for 1 platform, Python 3.13", "Using CPython 3.13.7"];
  if (cause) return [begun, ["resolve", ...cause.evidence, failed(cause)]];
  return [
    begun,
    [
      "resolve",
      `Resolved ${String(lock.length)} packages in 412ms`,
      `locked ${String(lock.length)} packages`,
    ],
  ];
}

/** @param python full version of the interpreter. */
export function fetching(lock: readonly LockedPackage[], python: string): Said[] {
  const minor = python.split(".").slice(0, 2).join(".");
  return [
    ["lock", "fetching the lock"],
    ["interpreter", "choosing the interpreter", `CPython ${python} at /usr/bin/python${minor}`],
    ["venv", "making the virtual environment", "Creating virtual environment at: .venv-building"],
    [
      "fetch",
      "fetching packages",
      ...lock.map((each) => `Downloading ${each.name} ${each.version} (${size(each.size)})`),
    ],
  ];
}

export function installing(lock: readonly LockedPackage[]): Said[] {
  const count = String(lock.length);
  return [
    ["fetch", `Prepared ${count} packages in 3.24s`],
    [
      "install",
      "installing packages",
      `Installed ${count} packages in 187ms`,
      ...lock.map((each) => ` + ${each.name}==${each.version}`),
    ],
  ];
}

export function finishing(lock: readonly LockedPackage[]): Said[] {
  return [
    [
      "check",
      "checking files and packages",
      `Checked ${String(lock.length)} packages in 2ms`,
      "All installed packages are compatible",
    ],
    ["switch", "switching the stable path", "ready"],
  ];
}

/** The end of work that failed. */
export function failing(cause: CauseRow): Said {
  return [cause.step as Step, ...cause.evidence.map((line) => `  ${line}`), failed(cause)];
}

function failed({ code, params }: CauseRow): string {
  const told = Object.entries(params).map(([key, value]) => `${key}=${String(value)}`);
  return `failed: ${code}${told.length > 0 ? ` (${told.join(", ")})` : ""}`;
}
