/** Nodes, by name (`api/nodes.py`). */
import { page, pagingOf } from "../http/paging";
import { first, reply, type Routes } from "../http/route";
import type { Schemas } from "../schema";

const ORDER = {
  keys: { name: (row: Schemas["Node"]) => row.name },
  idOf: (row: Schemas["Node"]) => row.id,
};

export const nodes: Routes<"/api/v1/nodes" | "/api/v1/nodes/{name}"> = {
  "/api/v1/nodes": {
    get: {
      role: "viewer",
      answer: ({ world, all }) => {
        const search = first(all("search"))?.toLowerCase() ?? "";
        const wanted = [...world.nodes.values()].filter(({ name }) => name.includes(search));
        return reply(page(wanted, pagingOf(all), ORDER));
      },
    },
  },
  "/api/v1/nodes/{name}": {
    get: { role: "viewer", answer: ({ world, path }) => reply(world.node(path.name)) },
  },
};
