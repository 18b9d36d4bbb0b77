/** Blocked releases (`api/blocks.py`). */
import { page, pagingOf } from "../http/paging";
import { conflict, invalid, notFound } from "../http/refusal";
import { reply, type Routes } from "../http/route";
import type { Schemas } from "../schema";
import { clausesOf } from "../world/version";
import type { World } from "../world/world";
import { heldIn, releasesIn, totalsOf } from "./find";

type Block = Schemas["BlockedRelease"];

const ORDER = {
  keys: { name: (row: Block) => row.release, created_at: (row: Block) => row.created_at },
  idOf: (row: Block) => row.id,
};
const TURNABLE = ["==", "<", "<=", ">", ">="];

export const blocks: Routes<"/api/v1/blocks" | "/api/v1/blocks/{block}"> = {
  "/api/v1/blocks": {
    get: {
      role: "viewer",
      answer: ({ world, all }) => {
        const shown = world.blocks.map((row) => ({ ...row, held: held(world, row.release) }));
        return reply(page(shown, pagingOf(all), ORDER));
      },
    },
    post: {
      role: "admin",
      answer: ({ world, body, who }) => {
        const { name, specifier } = releasesIn(body.release);
        const release = name + specifier;
        const clauses = clausesOf(specifier) ?? [];
        const turnable = clauses.every(({ operator }) => TURNABLE.includes(operator));
        if (clauses.length > 1 || !turnable) throw invalid("block-clauses", { release });
        if (!body.reason.trim()) throw invalid("reason-missing");
        if (world.blocks.some((row) => row.release === release)) throw conflict("block-exists", { release });
        const made: Block = {
          ...{ id: world.ids.next(), release, reason: body.reason.trim() },
          author: who?.username ?? null,
          created_at: world.clock.at(),
          held: held(world, release),
        };
        world.blocks.push(made);
        world.noteBlock(who?.username ?? "", "added", release);
        return reply(made, 201);
      },
    },
  },
  "/api/v1/blocks/{block}": {
    delete: {
      role: "admin",
      answer: ({ world, path, who }) => {
        const place = world.blocks.findIndex(({ id }) => id === path.block);
        const [row] = place < 0 ? [] : world.blocks.splice(place, 1);
        if (!row) throw notFound("block-not-found", { block: path.block.slice(0, 80) });
        world.noteBlock(who?.username ?? "", "removed", row.release);
        return reply(undefined, 204);
      },
    },
  },
};

function held(world: World, release: string): Schemas["FoundTotals"] {
  return totalsOf([...heldIn(world, releasesIn(release))]);
}
