/** Users (`api/users.py`). */
import { page, pagingOf } from "../http/paging";
import { conflict } from "../http/refusal";
import { reply, type Routes } from "../http/route";
import type { Schemas } from "../schema";
import { require, type UserRow } from "../world/people";

const ORDER = {
  keys: { username: (row: UserRow) => row.username },
  idOf: (row: UserRow) => row.id,
};

function shown(row: UserRow): Schemas["User"] {
  const user: Schemas["User"] & { password?: string } = { ...row };
  delete user.password;
  return user;
}

export const people: Routes<"/api/v1/users" | "/api/v1/users/{username}"> = {
  "/api/v1/users": {
    get: {
      role: "admin",
      answer: ({ world, all }) => {
        const { items, next } = page([...world.people.users.values()], pagingOf(all), ORDER);
        return reply({ items: items.map(shown), next });
      },
    },
    post: {
      role: "admin",
      answer: ({ world, body }) => {
        const { username } = body;
        if (world.people.users.has(username)) throw conflict("username-taken", { username });
        const user = {
          ...body,
          id: world.ids.next(),
          disabled: false,
          created_at: world.clock.at(),
        };
        world.people.users.set(username, user);
        return reply(shown(user), 201);
      },
    },
  },
  "/api/v1/users/{username}": {
    get: {
      role: "admin",
      answer: ({ world, path }) => reply(shown(world.people.user(path.username))),
    },
    patch: {
      role: "viewer",
      answer: ({ world, path, body, who }) => {
        const { password, role, disabled } = body;
        const own = who?.username === path.username && !role && typeof disabled !== "boolean";
        if (who && !own) require(who.role, "admin");
        const user = world.people.user(path.username);
        if (password) user.password = password;
        if (role) user.role = role;
        if (typeof disabled === "boolean") user.disabled = disabled;
        return reply(shown(user));
      },
    },
    delete: {
      role: "admin",
      answer: ({ world, path }) => {
        world.people.users.delete(world.people.user(path.username).username);
        return reply(undefined, 204);
      },
    },
  },
};
