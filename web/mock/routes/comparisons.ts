/** What differs between two sides (`api/comparisons.py`). */
import { first, reply, type Routes } from "../http/route";
import { compared } from "../world/comparison";

export const comparisons: Routes<"/api/v1/comparison"> = {
  "/api/v1/comparison": {
    get: {
      role: "viewer",
      answer: ({ world, all }) => {
        const everything = first(all("all")) === "true";
        return reply(compared(world, first(all("a")) ?? "", first(all("b")) ?? "", everything));
      },
    },
  },
};
