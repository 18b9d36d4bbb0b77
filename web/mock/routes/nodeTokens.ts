/** Join tokens (`api/node_tokens.py`). */
import { page, pagingOf } from "../http/paging";
import { notFound } from "../http/refusal";
import { reply, type Routes } from "../http/route";
import type { Schemas } from "../schema";
import { digits } from "../world/random";

type Token = Schemas["NodeToken"];

const ADDRESS = "https://venvoy.example.org:7300";
const ORDER = {
  keys: { created_at: (row: Token) => row.created_at },
  own: "-created_at",
  idOf: (row: Token) => row.id,
};

export const nodeTokens: Routes<"/api/v1/node-tokens" | "/api/v1/node-tokens/{token}"> = {
  "/api/v1/node-tokens": {
    get: {
      role: "admin",
      answer: ({ world, all }) => reply(page(world.nodeTokens, pagingOf(all), ORDER)),
    },
    post: {
      role: "admin",
      answer: ({ world, body, who }) => {
        const id = world.ids.next();
        const kept: Token = {
          ...{ id, uses: body.uses, used: 0, addresses: [], local_only: false },
          created_by: who?.username ?? "",
          created_at: world.clock.at(),
          expires_at: world.clock.at(-body.expires_in_seconds * 1_000),
        };
        world.nodeTokens.push(kept);
        world.noteToken(who?.username ?? "", "created", id);
        const token = `vj1_${digits(id, 120)}`;
        const command = `venvoy agent join ${ADDRESS} --token ${token}`;
        const install = {
          install_linux: `curl -fsSL ${ADDRESS}/install.sh | sh -s -- --token ${token}`,
          install_windows: `irm ${ADDRESS}/install.ps1 -OutFile join.ps1; ./join.ps1 -Token ${token}`,
        };
        return reply({ ...kept, token, command, ...install, addresses: [ADDRESS] }, 201);
      },
    },
  },
  "/api/v1/node-tokens/{token}": {
    delete: {
      role: "admin",
      answer: ({ world, path, who }) => {
        const place = world.nodeTokens.findIndex(({ id }) => id === path.token);
        if (place < 0) throw notFound("node-token-not-found", { token: path.token.slice(0, 80) });
        world.nodeTokens.splice(place, 1);
        world.noteToken(who?.username ?? "", "revoked", path.token);
        return reply(undefined, 204);
      },
    },
  },
};
