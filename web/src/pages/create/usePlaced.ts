/** The nodes that a form's draft is for, followed while somebody chooses. */
import { type Found, useNodesBy } from "../../api/nodes";
import { DEFAULT_NODE, type Matched, matchedBy, pairsOf, type Placed } from "./placed";

const NOBODY: Found = { items: [], total: 0 };
const DEFAULT = [DEFAULT_NODE];
const NOTHING: string[] = [];

export interface PlacedState {
  /** The newest answer that there is; undefined before the first. */
  matched: Matched | undefined;
  error: Error | null;
  /** Whether what is chosen has changed since. */
  behind: boolean;
}

export function usePlaced({ chosen, nodes, select }: Placed): PlacedState {
  const names = chosen ? nodes : DEFAULT;
  const pairs = chosen ? pairsOf(select) : NOTHING;
  const named = useNodesBy("name", names);
  const selected = useNodesBy("label", pairs);
  const asked = [...(names.length > 0 ? [named] : []), ...(pairs.length > 0 ? [selected] : [])];
  const there = asked.every(({ data }) => data !== undefined);
  const wish = { chosen, nodes: names, select: chosen ? select : {} };
  const [byName, byLabel] = [
    names.length > 0 ? (named.data ?? NOBODY) : NOBODY,
    pairs.length > 0 ? (selected.data ?? NOBODY) : NOBODY,
  ];
  return {
    matched: there ? matchedBy(wish, byName, byLabel) : undefined,
    error: asked.find(({ error }) => error)?.error ?? null,
    behind: asked.some(({ isPlaceholderData }) => isPlaceholderData),
  };
}
