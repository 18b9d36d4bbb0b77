/** Where an environment is to go: as a form holds it, and as the API takes it. */
import type { Environment } from "../../api/environment";
import type { Found, Node } from "../../api/nodes";
import type { Said } from "../../api/problem";
import { type Labels, sameLabels } from "./labels";

/** Where an environment goes that names no node. */
export const DEFAULT_NODE = "local";

export interface Placed {
  /** Whether nodes are chosen at all; else it goes to `local`. */
  chosen: boolean;
  /** By name, sorted. */
  nodes: readonly string[];
  /** By label: it goes to every node that has all of them, also later. */
  select: Labels;
}

export const ON_DEFAULT: Placed = { chosen: false, nodes: [], select: {} };

type Placement = Environment["placement"];

export function placedOf({ nodes, select }: Placement): Placed {
  const chosen = nodes.length > 0 || Object.keys(select).length > 0;
  return { chosen, nodes: [...nodes].sort(), select };
}

export function placementOf({ chosen, nodes, select }: Placed): Placement {
  return chosen ? { nodes: [...nodes], select: { ...select } } : { nodes: [], select: {} };
}

export function samePlaced(one: Placed, other: Placed): boolean {
  const [a, b] = [placementOf(one), placementOf(other)];
  return a.nodes.join() === b.nodes.join() && sameLabels(a.select, b.select);
}

/** What is wrong with it; null where nothing is. */
export function placedProblem({ chosen, nodes, select }: Placed): Said | null {
  const none = nodes.length === 0 && Object.keys(select).length === 0;
  return chosen && none ? { code: "placement-nothing" } : null;
}

/** Labels as the API filters by them. */
export function pairsOf(select: Labels): string[] {
  return Object.entries(select).map(([key, value]) => `${key}=${value}`);
}

export interface Matched {
  /** Those whose documents are at hand, by name. */
  nodes: Node[];
  /** How many there are in all. */
  total: number;
  /** Names that no node has. */
  missing: string[];
}

function selects(select: Labels, { labels }: Node): boolean {
  const wanted = Object.entries(select);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

/** Lays together those that are named and those that are selected; nobody counts twice. */
export function matchedBy(placed: Placed, named: Found, selected: Found): Matched {
  const { nodes: names, select } = placed;
  const further = named.items.filter((node) => !selects(select, node));
  const there = new Set(named.items.map(({ name }) => name));
  return {
    nodes: [...further, ...selected.items].sort((a, b) => (a.name < b.name ? -1 : 1)),
    total: selected.total + further.length,
    missing: names.filter((name) => !there.has(name)),
  };
}
