/** Kinds of machines: what a lock has to hold for, and what each of them installs. */
import type { Platform, Schemas } from "../schema";
import { interpreterOf, minorsOf, platformOf, PLATFORMS } from "./python";
import { applies, hasOf } from "./resolver";
import type { LockedPackage, Wish } from "./rows";

type Node = Schemas["Node"];

export interface Machine {
  platform: Platform;
  minor: number;
  /** Full version of the Python. */
  python: string;
  /** A lock has to hold for it: a node in use, or asked for. */
  required: boolean;
  nodes: string[];
}

const MOST_PYTHONS = 8;
const UNPACKED = 3.1;

/** Every platform and Python that a wish admits, those of nodes with their names. */
export function machinesOf(wish: Wish, nodes: readonly Node[]): Machine[] {
  const minors = minorsOf(wish.python).slice(-MOST_PYTHONS);
  const wanted = wish.platforms.length > 0 ? wish.platforms : PLATFORMS;
  const used = nodes.flatMap((node) => {
    const python = interpreterOf(node, wish.python)?.version;
    return python ? [{ node: node.name, platform: platformOf(node), python }] : [];
  });
  const kinds = new Map<string, Machine>();
  for (const platform of PLATFORMS) {
    for (const minor of minors) {
      const here = used.filter(
        (each) => each.platform === platform && each.python.startsWith(`3.${String(minor)}.`),
      );
      if (here.length === 0 && !wanted.includes(platform)) continue;
      kinds.set(`${platform} ${String(minor)}`, {
        platform,
        minor,
        python: here[0]?.python ?? `3.${String(minor)}.0`,
        required: here.length > 0 || wish.platforms.includes(platform),
        nodes: here.map(({ node }) => node).sort(),
      });
    }
  }
  return [...kinds.values()];
}

/** What a machine installs of a lock. */
export function viewOf(
  lock: readonly LockedPackage[],
  { platform, minor }: Pick<Machine, "platform" | "minor">,
): LockedPackage[] {
  return lock.filter(({ marker }) => marker === null || applies(marker, platform, minor));
}

/** The packages without a wheel on a machine. */
export function lackingOn(lock: readonly LockedPackage[], machine: Machine): string[] {
  return lock
    .filter(({ name, marker }) => {
      const has = hasOf(name, machine.platform, machine.minor, marker ?? "");
      return has === "source" || has === "missing";
    })
    .map(({ name }) => name);
}

export function sizeOf(packages: readonly LockedPackage[]): { bytes: number; unknown: number } {
  const bytes = packages.reduce((sum, { size }) => sum + (size ?? 0), 0);
  return { bytes, unknown: packages.filter(({ size }) => size === null).length };
}

/** Bytes that have to be free for wheels of so many bytes. */
export function diskFor(bytes: number): number {
  return Math.round(bytes * (1 + UNPACKED));
}
