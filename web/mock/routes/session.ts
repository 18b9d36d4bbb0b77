/** Signing in, who is signed in, signing out (`api/session.py`). */
import { COOKIE, cookieOf } from "../http/access";
import { reply, type Routes } from "../http/route";
import { DAY } from "../world/clock";

const AGE = (30 * DAY) / 1_000;

function given<Who>(who: Who | null): Who {
  if (!who) throw new Error("a route with a role has somebody who asks");
  return who;
}

export const session: Routes<"/api/v1/session"> = {
  "/api/v1/session": {
    get: { role: "viewer", answer: ({ who }) => reply(given(who)) },
    post: {
      role: null,
      answer: ({ world, body }) => {
        const username = body.username.trim().toLowerCase();
        const { cookie, session: opened } = world.people.signIn(username, body.password);
        const kept = `${COOKIE}=${cookie}; Max-Age=${String(AGE)}; Path=/; HttpOnly; SameSite=Strict`;
        return reply(opened, 201, { "Set-Cookie": kept });
      },
    },
    delete: {
      role: "viewer",
      answer: ({ world, headers }) => {
        world.people.signOut(cookieOf(headers) ?? "");
        return reply(undefined, 204, { "Set-Cookie": `${COOKIE}=; Max-Age=0; Path=/; HttpOnly` });
      },
    },
  },
};
