/** A small resolver over the mock's index: the newest versions that all demands admit. */
import { PROJECTS, type Project } from "../data/packages";
import type { CauseRow, Platform, Schemas } from "../schema";
import { kept, parseLine, type Requirement, written } from "./requirement";
import type { LockedPackage, Wish } from "./rows";
import { admits, clausesOf } from "./version";

type Has = Schemas["PreflightPackage"]["has"][number];

/** Versions to prefer, by name. */
export type Pins = ReadonlyMap<string, string>;

export type Resolution = { lock: LockedPackage[]; cause: null } | { lock: null; cause: CauseRow };

interface Asked {
  demand: Schemas["Demand"];
  requirement: Requirement;
}

/** Returns a lock for a wish, or why there is none. */
export function resolve(wish: Wish, pins: Pins = new Map()): Resolution {
  const chosen = new Map<string, string>();
  const asked = new Map<string, Asked[]>();
  const queue: Asked[] = kept(wish.requirements).map((requirement) => asking(null, requirement));
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { name, url } = next.requirement;
    const project = PROJECTS[name] ?? (url ? byAddress(url) : null);
    if (!project) return { lock: null, cause: unknown(name) };
    const demands = [...(asked.get(name) ?? []), next];
    asked.set(name, demands);
    const version = newestOf(project, demands, pins.get(name));
    if (!version) return { lock: null, cause: unsolvable(name, demands) };
    if (chosen.has(name)) {
      chosen.set(name, version);
      continue;
    }
    chosen.set(name, version);
    queue.push(...needsOf(name, project).map((requirement) => asking(name, requirement)));
  }
  const lock = [...chosen].map(([name, version]) => locked(name, version, asked.get(name) ?? []));
  return { lock: lock.sort((a, b) => (a.name < b.name ? -1 : 1)), cause: null };
}

/** What a machine finds of a package; names that the index has not count as pure wheels. */
export function hasOf(name: string, platform: Platform, minor: number, marker = ""): Has {
  if (marker && !applies(marker, platform, minor)) return "not-needed";
  const project = PROJECTS[name];
  if (!project || project.build === "pure") return "wheel";
  if (project.build === "source") return "source";
  const [oldest, newest] = project.minors ?? [0, 99];
  const there = !project.on || project.on.includes(platform);
  if (there && minor >= oldest && minor <= newest) return "wheel";
  return project.wheelsOnly ? "missing" : "source";
}

/** Whether a marker holds; one that this does not understand does. */
export function applies(marker: string, platform: Platform, minor: number): boolean {
  const windows = platform.startsWith("windows");
  const system = windows ? "win32" : "linux";
  return marker.split(" and ").every((clause) => {
    const found = /^(sys_platform|python_version|python_full_version)\s*(\S+)\s*"([^"]*)"$/.exec(
      clause.trim(),
    );
    if (!found) return true;
    const [, variable, operator, value] = found;
    if (variable !== "sys_platform")
      return admits(`${operator ?? ""}${value ?? ""}`, `3.${String(minor)}`);
    return (operator === "==") === (system === value);
  });
}

/** The newest version that the index has. */
export function newestKnown(name: string): string | null {
  return PROJECTS[name]?.versions.at(-1) ?? null;
}

function asking(by: string | null, requirement: Requirement): Asked {
  const { specifier, extras, marker } = requirement;
  return { demand: { by, specifier, extras, marker }, requirement };
}

function needsOf(name: string, project: Project): Requirement[] {
  return project.needs.map((line) => {
    const parsed = parseLine(line);
    if (Array.isArray(parsed)) throw new Error(`the mock's index: ${name} needs ${line}`);
    return parsed;
  });
}

function newestOf(project: Project, demands: readonly Asked[], pin: string | undefined) {
  const good = project.versions.filter((version) =>
    demands.every(({ demand }) => admits(demand.specifier, version)),
  );
  return pin !== undefined && good.includes(pin) ? pin : good.at(-1);
}

function byAddress(url: string): Project {
  const version = /-(\d[^-]*?)(?:-|\.tar\.gz)/.exec(url)?.[1] ?? "0";
  return { versions: [version], size: 48_213, build: "pure", needs: [] };
}

function locked(name: string, version: string, asked: readonly Asked[]): LockedPackage {
  const markers = new Set(asked.map(({ demand }) => demand.marker));
  const [only] = markers;
  const marker = markers.size === 1 && only ? only : null;
  const size = PROJECTS[name]?.size ?? 48_213;
  return { name, version, marker, size, by: asked.map(({ demand }) => demand) };
}

const WHERE = { step: "resolve", hop: "requirements", transient: false } as const;

function unknown(name: string): CauseRow {
  const evidence = [
    "  × No solution found when resolving dependencies:",
    `  ╰─▶ Because ${name} was not found in the package registry and you require`,
    `      ${name}, we can conclude that your requirements are unsatisfiable.`,
  ];
  return { ...WHERE, code: "package-not-found", params: { packages: [name] }, evidence };
}

function unsolvable(name: string, asked: readonly Asked[]): CauseRow {
  const told = asked
    .filter(({ demand }) => clausesOf(demand.specifier)?.length)
    .map(
      ({ demand, requirement }) =>
        `${demand.by ?? "you"} require${demand.by ? "s" : ""} ${written(requirement)}`,
    );
  const reason = `there is no version of ${name} that all accept: ${told.join(" and ")}`;
  const evidence = [
    "  × No solution found when resolving dependencies:",
    `  ╰─▶ Because ${told.join("\n      and ")}`,
  ];
  const packages = [...new Set([name, ...asked.map(({ demand }) => demand.by ?? name)])];
  return { ...WHERE, code: "no-solution", params: { reason, packages }, evidence };
}
