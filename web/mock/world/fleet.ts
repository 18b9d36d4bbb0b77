/** Commands on nodes: joined, edited, taken out of the fleet (`controller/inventory.py`). */
import { conflict, invalid } from "../http/refusal";
import type { Schemas } from "../schema";
import { Placing } from "./placing";
import type { World } from "./world";

type Node = Schemas["Node"];

/** The one word for a node: one that is away is that first. */
function stateOf(online: boolean, cordoned: boolean): Node["state"] {
  if (!online) return "offline";
  return cordoned ? "cordoned" : "online";
}

/** A node as it is shown: with what its replicas come to. */
export function nodeShown(world: World, node: Node): Node {
  const replicas: Record<string, number> = {};
  for (const row of world.environments.values()) {
    const here = row.replicas.find((each) => each.node === node.name);
    if (here) replicas[here.state] = (replicas[here.state] ?? 0) + 1;
  }
  return { ...node, replicas: replicas as Node["replicas"] };
}

/** What the audit keeps of a node. */
function documentOf({ title, labels, region, cordoned }: Node): Record<string, unknown> {
  return { title, labels, region, cordoned };
}

function merged(labels: Node["labels"], changes: Record<string, string | null>): Node["labels"] {
  const after = { ...labels };
  for (const [key, value] of Object.entries(changes)) {
    if (!/^[a-z0-9][a-z0-9._/-]{0,62}$/.test(key)) throw invalid("label-key-invalid", { key });
    if (value === null) Reflect.deleteProperty(after, key);
    else after[key] = value;
  }
  return Object.fromEntries(Object.entries(after).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Changes what people say of a node; nodes that come to match get what is placed on them. */
export function editNode(world: World, node: Node, sent: Schemas["NodeEdit"], by: string): void {
  const before = documentOf(node);
  const cordoned = sent.cordoned ?? node.cordoned;
  const after: Node = {
    ...node,
    title: sent.title ?? node.title,
    region: sent.region ?? node.region,
    labels: sent.labels ? merged(node.labels, sent.labels) : node.labels,
    cordoned,
    state: stateOf(node.state !== "offline", cordoned),
  };
  if (JSON.stringify(documentOf(after)) === JSON.stringify(before)) return;
  const only = sent.cordoned !== null && sent.cordoned !== undefined && cordoned !== node.cordoned;
  const action = !only ? "edited" : cordoned ? "cordoned" : "uncordoned";
  world.nodes.set(node.name, { ...after, version: String(Number(node.version) + 1) });
  world.noteNode(by, action, node.name, { before, after: documentOf(after) });
  new Placing(world).all();
}

/** Takes a node out of the fleet, with its replicas. */
export function removeNode(world: World, node: Node, by: string): void {
  if (node.name === "local") throw conflict("node-is-local");
  world.nodes.delete(node.name);
  for (const row of world.environments.values())
    row.replicas = row.replicas.filter((each) => each.node !== node.name);
  world.noteNode(by, "removed", node.name, { before: documentOf(node) });
}

/** Turns a node on or off, as its heartbeats do. */
export function turnNode(world: World, node: Node, online: boolean): void {
  const state = stateOf(online, node.cordoned);
  world.nodes.set(node.name, { ...node, state, last_seen_at: world.clock.at() });
  world.tell(online ? "node-online" : "node-offline", { node: node.name });
}
