/** Pythons of nodes and the catalogue of archives (`api/pythons.py`, `api/python_archives.py`). */
import { page, pagingOf, whole } from "../http/paging";
import { invalid } from "../http/refusal";
import { first, reply, type Routes } from "../http/route";
import type { Schemas } from "../schema";
import { Documents } from "../world/documents";
import { archiveShown, install, pythonsOf, remove, takeIn, takeOut } from "../world/pythons";
import type { OperationRow } from "../world/rows";
import type { World } from "../world/world";

type Path =
  | "/api/v1/python-archives"
  | "/api/v1/python-archives/{archive}"
  | "/api/v1/pythons"
  | "/api/v1/pythons/install"
  | "/api/v1/pythons/remove";

const ORDER = {
  keys: { created_at: (row: Schemas["PythonArchive"]) => row.created_at },
  own: "-created_at",
  idOf: (row: Schemas["PythonArchive"]) => row.id,
};

function nodesFor(world: World, { nodes, select }: Schemas["PythonWish"]) {
  const wanted = Object.entries(select);
  if (nodes.length === 0 && wanted.length === 0) throw invalid("python-nodes-missing");
  const labelled = [...world.nodes.values()].filter(
    ({ labels }) => wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value),
  );
  const named = nodes.map((name) => world.node(name));
  const found = [...new Set([...named, ...labelled])];
  if (found.length === 0) throw invalid("python-nodes-none", { select });
  return found;
}

function shown(world: World, language: Documents["language"], rows: OperationRow[]) {
  const documents = new Documents(world, language);
  return reply(whole(rows.map((row) => documents.operation(row))), 202);
}

export const pythons: Routes<Path> = {
  "/api/v1/python-archives": {
    get: {
      role: "viewer",
      answer: ({ world, all }) => {
        const { items, next } = page(world.archives, pagingOf(all), ORDER);
        return reply({ items: items.map((each) => archiveShown(world, each)), next });
      },
    },
    post: {
      role: "operator",
      answer: ({ world, all, headers, who }) => {
        const size = Number(headers["content-length"] ?? 0);
        return reply(takeIn(world, first(all("name")) ?? "", size, who?.username ?? ""), 201);
      },
    },
  },
  "/api/v1/python-archives/{archive}": {
    delete: {
      role: "operator",
      answer: ({ world, path, who }) => {
        takeOut(world, path.archive, who?.username ?? "");
        return reply(undefined, 204);
      },
    },
  },
  "/api/v1/pythons": {
    get: {
      role: "viewer",
      answer: ({ world, all }) => {
        const only = first(all("node"));
        const nodes = only ? [world.node(only)] : [...world.nodes.values()];
        return reply(whole(nodes.flatMap((node) => pythonsOf(world, node))));
      },
    },
  },
  "/api/v1/pythons/install": {
    post: {
      role: "operator",
      answer: ({ world, language, body, who }) =>
        shown(world, language, install(world, nodesFor(world, body), body.python, who?.username ?? "")),
    },
  },
  "/api/v1/pythons/remove": {
    post: {
      role: "operator",
      answer: ({ world, language, body, who }) =>
        shown(world, language, remove(world, nodesFor(world, body), body.python, who?.username ?? "")),
    },
  },
};
