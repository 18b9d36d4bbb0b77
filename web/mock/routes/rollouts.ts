/** Revisions on their way to nodes (`api/rollouts.py`). */
import { page, pagingOf } from "../http/paging";
import { reply, type Routes } from "../http/route";
import type { Schemas } from "../schema";
import { act, type Action } from "../world/rollouts";

type Act = "/api/v1/environments/{name}/sync";
type Path =
  | "/api/v1/environments/{name}/rollouts"
  | Act
  | "/api/v1/environments/{name}/pause"
  | "/api/v1/environments/{name}/resume"
  | "/api/v1/environments/{name}/abort";

const ORDER = {
  keys: { created_at: (row: Schemas["Rollout"]) => row.created_at },
  own: "-created_at",
  idOf: (row: Schemas["Rollout"]) => row.id,
};

export const rollouts: Routes<Path> = {
  "/api/v1/environments/{name}/rollouts": {
    get: {
      role: "viewer",
      answer: ({ world, path, all }) =>
        reply(page(world.environment(path.name).rollouts, pagingOf(all), ORDER)),
    },
  },
  "/api/v1/environments/{name}/sync": post("sync"),
  "/api/v1/environments/{name}/pause": post("pause"),
  "/api/v1/environments/{name}/resume": post("resume"),
  "/api/v1/environments/{name}/abort": post("abort"),
};

function post(action: Action): Routes<Act>[Act] {
  return {
    post: {
      role: "operator",
      answer: ({ world, path, who }) =>
        reply(act(world, world.environment(path.name), action, who?.username ?? "")),
    },
  };
}
