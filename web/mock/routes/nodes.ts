/** Nodes, by name (`api/nodes.py`). */
import { page, pagingOf } from "../http/paging";
import { first, reply, type Routes } from "../http/route";
import type { Schemas } from "../schema";

const ORDER = {
  keys: { name: (row: Schemas["Node"]) => row.name },
  idOf: (row: Schemas["Node"]) => row.id,
};

/** What a page of nodes says of all of them. */
function overall(there: readonly Schemas["Node"][]) {
  const counts: Partial<Record<Schemas["NodeState"], number>> = {};
  for (const { state } of there) counts[state] = (counts[state] ?? 0) + 1;
  return { counts: counts as Schemas["NodePage"]["counts"], regions: [] };
}

export const nodes: Routes<"/api/v1/nodes"> = {
  "/api/v1/nodes": {
    get: {
      role: "viewer",
      answer: ({ world, all }) => {
        const search = first(all("search"))?.toLowerCase() ?? "";
        const there = [...world.nodes.values()];
        const wanted = there.filter(({ name }) => name.includes(search));
        return reply({ ...page(wanted, pagingOf(all), ORDER), ...overall(there) });
      },
    },
  },
};
