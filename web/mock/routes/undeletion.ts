/** Deleted environments, brought back (`api/undeletion.py`). */
import { page, pagingOf } from "../http/paging";
import { reply, type Routes } from "../http/route";
import type { Schemas } from "../schema";
import { DAY } from "../world/clock";
import { undelete } from "../world/commands";
import { Documents } from "../world/documents";
import { wanted } from "../world/rows";

type Deleted = Schemas["DeletedEnvironment"];

const ORDER = {
  keys: { deleted_at: (row: Deleted) => row.deleted_at, name: (row: Deleted) => row.name },
  own: "-deleted_at",
  idOf: (row: Deleted) => row.id,
};

export const undeletion: Routes<
  "/api/v1/deleted-environments" | "/api/v1/environments/{name}/undelete"
> = {
  "/api/v1/deleted-environments": {
    get: {
      role: "viewer",
      answer: ({ world, all }) => {
        const rows = [...world.deleted.values()].map(({ row, at }) => ({
          ...{ id: row.id, name: row.name, title: row.title, deleted_at: at },
          revision: wanted(row)?.number ?? null,
          until: new Date(Date.parse(at) + 7 * DAY).toISOString(),
        }));
        return reply(page(rows, pagingOf(all), ORDER));
      },
    },
  },
  "/api/v1/environments/{name}/undelete": {
    post: {
      role: "operator",
      answer: ({ world, language, path, who }) => {
        undelete(world, path.name, who?.username ?? "");
        return reply(new Documents(world, language).environment(world.environment(path.name)));
      },
    },
  },
};
