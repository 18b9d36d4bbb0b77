/** What a preflight comes to: a verdict, a table of machines, and who lacks what. */
import { type Platform, PLATFORMS } from "../../api/editing";
import type { Node } from "../../api/nodes";
import type { Has, Preflight, PreflightPackage, PreflightTarget } from "../../api/preflights";
import type { Tone } from "../../app/theme";

export interface Verdict {
  tone: Tone;
  /** Key under `console.preflight.verdict`. */
  code: "unsolved" | "no-wheel" | "no-python" | "disk" | "nothing" | "fits";
  /** What it is about: names of nodes. */
  nodes: string[];
}

/** Bytes that a node has free; null where it has not said. */
export function freeOn(nodes: readonly Node[], name: string): number | null {
  return nodes.find((node) => node.name === name)?.disk_free_bytes ?? null;
}

export function targetOf(answer: Preflight, node: string): PreflightTarget | null {
  return answer.targets.find(({ nodes }) => nodes.includes(node)) ?? null;
}

/** The one thing to know of a preflight, the worst first. */
export function verdictOf(answer: Preflight, nodes: readonly Node[]): Verdict {
  if (answer.cause) return { tone: "bad", code: "unsolved", nodes: [] };
  const without = answer.nodes.filter(({ python }) => python === null).map(({ node }) => node);
  if (without.length > 0) return { tone: "bad", code: "no-python", nodes: without };
  if (!answer.resolved) return { tone: "bad", code: "no-wheel", nodes: [] };
  const full = answer.nodes
    .map(({ node }) => node)
    .filter((node) => {
      const free = freeOn(nodes, node);
      return free !== null && (targetOf(answer, node)?.disk_bytes ?? 0) > free;
    });
  if (full.length > 0) return { tone: "warn", code: "disk", nodes: full };
  if (answer.packages.length === 0) return { tone: "calm", code: "nothing", nodes: [] };
  return { tone: "good", code: "fits", nodes: [] };
}

export interface Matrix {
  pythons: string[];
  rows: { platform: Platform; cells: (PreflightTarget | null)[] }[];
}

/** Lays the targets out: a row for each platform, a column for each Python. */
export function matrixOf(targets: readonly PreflightTarget[]): Matrix {
  const pythons = [...new Set(targets.map(({ python }) => python))].sort(byMinor);
  const platforms = PLATFORMS.filter((each) => targets.some(({ platform }) => platform === each));
  const rows = platforms.map((platform) => ({
    platform,
    cells: pythons.map(
      (python) =>
        targets.find((each) => each.platform === platform && each.python === python) ?? null,
    ),
  }));
  return { pythons, rows };
}

function byMinor(one: string, other: string): number {
  return Number(one.split(".")[1]) - Number(other.split(".")[1]);
}

/** Whether all that a machine needs is there as wheels. */
export function complete({ sources, missing }: PreflightTarget): boolean {
  return sources + missing === 0;
}

/** The packages of which a machine finds just this. */
export function found(answer: Preflight, target: PreflightTarget, wanted: Has): PreflightPackage[] {
  const place = answer.targets.indexOf(target);
  return answer.packages.filter(({ has }) => has[place] === wanted);
}

/** The target to look at first: one that is needed and lacks something, else one in use. */
export function firstTarget(targets: readonly PreflightTarget[]): PreflightTarget | null {
  const needed = targets.filter(({ required }) => required);
  return needed.find((each) => !complete(each)) ?? needed[0] ?? targets[0] ?? null;
}

export function matches(item: PreflightPackage, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  return (
    item.name.includes(wanted) || item.required_by.some(({ by }) => by?.includes(wanted) ?? false)
  );
}
