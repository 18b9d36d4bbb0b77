/** Environments: listed, made, changed, taken away (`api/environments.py`). */
import { once } from "../http/claims";
import { page, pagingOf, whole } from "../http/paging";
import { resolved, shown } from "../http/resolved";
import { first, reply, type Routes } from "../http/route";
import { refuseStale } from "../http/versions";
import { create, edit, remove, upgrade } from "../world/commands";
import { Documents, environmentState } from "../world/documents";
import { driftOf } from "../world/handwork";
import { rollBack } from "../world/history";
import { placementView } from "../world/placement";
import type { EnvironmentRow } from "../world/rows";
import { refuseUsed, runningIn } from "../world/running";
import { select } from "../world/selection";
import { make } from "./plans";

type Path =
  | "/api/v1/environments"
  | "/api/v1/environments/{name}"
  | "/api/v1/environments/{name}/upgrade"
  | "/api/v1/environments/{name}/rollback"
  | "/api/v1/environments/{name}/placement"
  | "/api/v1/environments/{name}/drift"
  | "/api/v1/environments/{name}/processes"
  | "/api/v1/environments/{name}/replicas";

const ORDER = {
  keys: {
    name: (row: EnvironmentRow) => row.name,
    title: (row: EnvironmentRow) => row.title,
    state: environmentState,
    created_at: (row: EnvironmentRow) => row.created_at,
    updated_at: (row: EnvironmentRow) => row.updated_at,
  },
  idOf: (row: EnvironmentRow) => row.id,
};

export const environments: Routes<Path> = {
  "/api/v1/environments": {
    get: {
      role: "viewer",
      answer: ({ world, language, all }) => {
        const [search, node] = [first(all("search")), first(all("node"))];
        if (node) world.node(node);
        const wanted = { search, node, states: all("state"), labels: all("label") };
        const rows = select([...world.environments.values()], wanted);
        const { items, next } = page(rows, pagingOf(all), ORDER);
        const documents = new Documents(world, language);
        return reply({ items: items.map((row) => documents.item(row)), next });
      },
    },
    post: {
      role: "operator",
      answer: (call) => {
        const { world, body, who } = call;
        const made = once(
          call,
          "POST /api/v1/environments",
          () => create(world, body, who?.username ?? "").id,
        );
        return resolved(call, body.name, made, 201);
      },
    },
  },
  "/api/v1/environments/{name}": {
    get: {
      role: "viewer",
      answer: ({ world, language, path }) => shown(world, language, path.name),
    },
    patch: {
      role: "operator",
      answer: (call) => {
        const { world, language, path, headers, body, who } = call;
        const row = world.environment(path.name);
        refuseStale(world, row, headers["if-match"], true);
        const by = who?.username ?? "";
        if (body.plan) make(world, row, body, by);
        const operation = body.plan ? null : edit(world, row, body, by);
        if (operation) return resolved(call, row.name, operation.id);
        return shown(world, language, row.name);
      },
    },
    delete: {
      role: "operator",
      answer: ({ world, path, headers, who, all }) => {
        const row = world.environment(path.name);
        refuseStale(world, row, headers["if-match"]);
        if (first(all("force")) !== "true") refuseUsed(world, row);
        remove(world, row, who?.username ?? "");
        return reply(undefined, 204);
      },
    },
  },
  "/api/v1/environments/{name}/upgrade": {
    post: {
      role: "operator",
      answer: (call) => {
        const { world, path, headers, body, who } = call;
        const row = world.environment(path.name);
        refuseStale(world, row, headers["if-match"]);
        const operation = upgrade(world, row, body, who?.username ?? "");
        return resolved(call, row.name, operation.id);
      },
    },
  },
  "/api/v1/environments/{name}/rollback": {
    post: {
      role: "operator",
      answer: ({ world, language, path, headers, body, who }) => {
        const row = world.environment(path.name);
        refuseStale(world, row, headers["if-match"]);
        rollBack(world, row, body, who?.username ?? "");
        return shown(world, language, row.name);
      },
    },
  },
  "/api/v1/environments/{name}/placement": {
    get: {
      role: "viewer",
      answer: ({ world, path }) => reply(placementView(world, world.environment(path.name))),
    },
  },
  "/api/v1/environments/{name}/drift": {
    get: {
      role: "viewer",
      answer: ({ world, language, path, all }) => {
        const row = world.environment(path.name);
        const only = first(all("node"));
        const told = new Documents(world, language).replicas(row);
        const nodes = told.filter((each) => only === null || each.node === only);
        return reply(whole(nodes.map(driftOf)));
      },
    },
  },
  "/api/v1/environments/{name}/processes": {
    get: {
      role: "viewer",
      answer: ({ world, path, all }) =>
        reply(runningIn(world, [world.environment(path.name)], first(all("node")))),
    },
  },
  "/api/v1/environments/{name}/replicas": {
    get: {
      role: "viewer",
      answer: ({ world, language, path }) => {
        const row = world.environment(path.name);
        return reply(whole(new Documents(world, language).replicas(row)));
      },
    },
  },
};
