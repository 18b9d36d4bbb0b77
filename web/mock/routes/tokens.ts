/** API tokens: everybody's own, all of them for an admin (`api/tokens.py`). */
import { page, pagingOf } from "../http/paging";
import { notFound } from "../http/refusal";
import { reply, type Routes } from "../http/route";
import type { Schemas } from "../schema";
import { DAY } from "../world/clock";
import { digits } from "../world/random";

type Token = Schemas["Token"];

const ORDER = {
  keys: { created_at: (row: Token) => row.created_at },
  own: "-created_at",
  idOf: (row: Token) => row.id,
};

export const tokens: Routes<"/api/v1/tokens" | "/api/v1/tokens/{token}"> = {
  "/api/v1/tokens": {
    get: {
      role: "viewer",
      answer: ({ world, all, who }) => {
        const own = (row: Token) => who?.role === "admin" || row.username === who?.username;
        return reply(page(world.people.tokens.filter(own), pagingOf(all), ORDER));
      },
    },
    post: {
      role: "viewer",
      answer: ({ world, body, who }) => {
        const { name, role, expires_in_days: days } = body;
        const id = world.ids.next();
        const token: Token = {
          ...{ id, name, role, username: who?.username ?? "" },
          created_at: world.clock.at(),
          expires_at: days === null ? null : world.clock.at(-days * DAY),
        };
        world.people.tokens.push(token);
        return reply({ ...token, secret: `vy_${digits(id, 40)}` }, 201);
      },
    },
  },
  "/api/v1/tokens/{token}": {
    delete: {
      role: "viewer",
      answer: ({ world, path }) => {
        const place = world.people.tokens.findIndex(({ id }) => id === path.token);
        if (place < 0) throw notFound("token-not-found", { token: path.token.slice(0, 80) });
        world.people.tokens.splice(place, 1);
        return reply(undefined, 204);
      },
    },
  },
};
