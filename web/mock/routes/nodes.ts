/** Nodes: listed, shown, changed, taken away (`api/nodes.py`). */
import { page, pagingOf, whole } from "../http/paging";
import { invalid } from "../http/refusal";
import { first, reply, type Routes } from "../http/route";
import { refuseStaleNode, tag } from "../http/versions";
import type { Schemas } from "../schema";
import { Documents } from "../world/documents";
import { editNode, nodeShown, removeNode } from "../world/fleet";
import { gauged, historyOf } from "../world/gauges";
import { runningIn } from "../world/running";
import { labelsIn } from "../world/selection";
import type { World } from "../world/world";

type Node = Schemas["Node"];
type Path =
  | "/api/v1/nodes"
  | "/api/v1/nodes/{name}"
  | "/api/v1/nodes/{name}/history"
  | "/api/v1/nodes/{name}/processes"
  | "/api/v1/nodes/{name}/survey"
  | "/api/v1/nodes/{name}/replicas";

const UNKNOWN = -1;

function share(part: number | null | undefined, whole: number | null | undefined): number {
  return typeof part === "number" && whole ? part / whole : UNKNOWN;
}

const ORDER = {
  keys: {
    name: (row: Node) => row.name,
    title: (row: Node) => row.title,
    state: (row: Node) => row.state,
    region: (row: Node) => row.region,
    created_at: (row: Node) => row.created_at ?? "",
    last_seen_at: (row: Node) => row.last_seen_at ?? "",
    cpu: (row: Node) => row.cpu_percent ?? UNKNOWN,
    memory: (row: Node) => share(row.memory_used_bytes, row.memory_bytes),
    disk: (row: Node) => 1 - share(row.disk_free_bytes, row.disk_total_bytes),
  },
  idOf: (row: Node) => row.id,
};

interface Wanted {
  search: string;
  names: string[];
  labels: Map<string, string[]>;
  regions: string[];
}

function matches(node: Node, { search, names, labels, regions }: Wanted): boolean {
  const { name, title, hostname, region } = node;
  const texts = [name, title.toLowerCase(), hostname?.toLowerCase() ?? ""];
  return (
    texts.some((text) => text.includes(search)) &&
    (names.length === 0 || names.includes(name)) &&
    (regions.length === 0 || regions.includes(region)) &&
    [...labels].every(([key, values]) => values.includes(node.labels[key] ?? "\0"))
  );
}

/** What a page of nodes says of all of them. */
function overall(world: World, wanted: readonly Node[]) {
  const counts = { online: 0, offline: 0, cordoned: 0 };
  for (const { state } of wanted) counts[state] += 1;
  const regions = [...new Set([...world.nodes.values()].map(({ region }) => region))];
  return { counts, regions: regions.filter(Boolean).sort() };
}

function shown(world: World, name: string) {
  const node = gauged(world.node(name), world.clock.now);
  return reply(nodeShown(world, node), 200, tag(node.version));
}

function momentIn(text: string | null): number | null {
  if (text === null) return null;
  const read = Date.parse(text);
  if (Number.isNaN(read)) throw invalid("input-invalid", { reasons: ["`since` is no moment"] });
  return read;
}

export const nodes: Routes<Path> = {
  "/api/v1/nodes": {
    get: {
      role: "viewer",
      answer: ({ world, all }) => {
        const wanted = {
          search: first(all("search"))?.toLowerCase() ?? "",
          names: all("name"),
          labels: labelsIn(all("label")),
          regions: all("region"),
        };
        const states = all("state");
        const there = [...world.nodes.values()].map((each) => gauged(each, world.clock.now));
        const found = there.filter((each) => matches(each, wanted));
        const stated = found.filter(({ state }) => states.length === 0 || states.includes(state));
        const { items, next } = page(stated, pagingOf(all), ORDER);
        const listed = items.map((each) => nodeShown(world, each));
        return reply({ items: listed, next, ...overall(world, found) });
      },
    },
  },
  "/api/v1/nodes/{name}": {
    get: { role: "viewer", answer: ({ world, path }) => shown(world, path.name) },
    patch: {
      role: "operator",
      answer: ({ world, path, headers, body, who }) => {
        const node = world.node(path.name);
        refuseStaleNode(world, node, headers["if-match"]);
        editNode(world, node, body, who?.username ?? "");
        return shown(world, path.name);
      },
    },
    delete: {
      role: "admin",
      answer: ({ world, path, who }) => {
        removeNode(world, world.node(path.name), who?.username ?? "");
        return reply(undefined, 204);
      },
    },
  },
  "/api/v1/nodes/{name}/history": {
    get: {
      role: "viewer",
      answer: ({ world, path, all }) => {
        const metric = (first(all("metric")) ?? "cpu") as Schemas["Metric"];
        const since = momentIn(first(all("since")));
        return reply(historyOf(world.node(path.name), metric, since, world.clock.now));
      },
    },
  },
  "/api/v1/nodes/{name}/survey": {
    post: {
      role: "operator",
      answer: ({ world, path, body }) => {
        const about = { node: world.node(path.name).name, path: body.path };
        if (!body.path.startsWith("/")) throw invalid("survey-path-invalid", about);
        if (!body.path.startsWith("/srv/venvs/")) throw invalid("survey-not-there", about);
        const lost = [{ package: "orders-tools", version: "0.1.0", reason: "editable" }];
        const requirements = ["httpx==0.28.1", "lxml==6.0.2"];
        return reply({ ...about, python: "==3.12.*", requirements, lost });
      },
    },
  },
  "/api/v1/nodes/{name}/processes": {
    get: {
      role: "viewer",
      answer: ({ world, path }) => {
        const { name } = world.node(path.name);
        return reply(runningIn(world, world.environments.values(), name));
      },
    },
  },
  "/api/v1/nodes/{name}/replicas": {
    get: {
      role: "viewer",
      answer: ({ world, path, language }) => {
        const { name } = world.node(path.name);
        const documents = new Documents(world, language);
        const rows = [...world.environments.values()].flatMap((row) =>
          documents.replicas(row).filter(({ node }) => node === name),
        );
        return reply(whole(rows.sort((a, b) => (a.environment < b.environment ? -1 : 1))));
      },
    },
  },
};
