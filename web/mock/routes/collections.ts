/** Garbage on nodes: previewed, and collected (`api/collections.py`). */
import { reply, type Routes } from "../http/route";
import { collected } from "../world/garbage";

export const collections: Routes<"/api/v1/collections"> = {
  "/api/v1/collections": {
    post: {
      role: "operator",
      answer: ({ world, body, who }) => {
        const { nodes, preview } = body;
        const names = [...new Set(nodes)].sort();
        const found = names.map((name) => world.node(name));
        const items = found.map((node) => collected(world, node, preview, who?.username ?? ""));
        return reply({ preview, items });
      },
    },
  },
};
