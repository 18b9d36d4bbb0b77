/** What an edit of a node sends: only what differs. */
import type { Node, NodeEdit } from "../../api/nodes";
import { type Labels, sameLabels } from "../create/labels";

type Said = Pick<Node, "title" | "region"> & { labels: Labels };

/** Labels change by key (RFC 7396): a text sets one, null takes it away. */
function labelChanges(before: Labels, after: Labels): Record<string, string | null> {
  const gone = Object.keys(before).filter((key) => !(key in after));
  const set = Object.entries(after).filter(([key, value]) => before[key] !== value);
  return Object.fromEntries([...gone.map((key) => [key, null] as const), ...set]);
}

/** Returns null where nothing differs. */
export function changeOf(before: Said, after: Said): NodeEdit | null {
  const change: NodeEdit = {};
  if (after.title !== before.title) change.title = after.title;
  if (after.region !== before.region) change.region = after.region;
  if (!sameLabels(after.labels, before.labels))
    change.labels = labelChanges(before.labels, after.labels);
  return Object.keys(change).length > 0 ? change : null;
}
