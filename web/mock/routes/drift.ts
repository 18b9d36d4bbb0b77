/** What is done about drift (`api/drift_work.py`): building anew, reading every file. */
import { whole } from "../http/paging";
import { conflict, notFound } from "../http/refusal";
import { reply, type Routes } from "../http/route";
import type { Schemas } from "../schema";
import { Documents } from "../world/documents";
import { type EnvironmentRow, type OperationRow, type ReplicaRow, wanted } from "../world/rows";
import { Work } from "../world/work";
import type { World } from "../world/world";

type Path = "/api/v1/environments/{name}/heal" | "/api/v1/environments/{name}/verify";

const AT_REST = new Set<string>(["ready", "drifted", "failed", "cancelled"]);

function chosen(world: World, row: EnvironmentRow, { nodes }: Schemas["DriftWish"]): ReplicaRow[] {
  for (const name of nodes) world.node(name);
  const missing = nodes.filter((name) => row.replicas.every(({ node }) => node !== name));
  if (missing.length > 0) {
    throw notFound("environment-not-on-node", { name: row.name, nodes: missing });
  }
  return row.replicas.filter(({ node }) => nodes.length === 0 || nodes.includes(node));
}

function free(row: EnvironmentRow, found: ReplicaRow[], nothing: string): ReplicaRow[] {
  if (found.length === 0) throw conflict(nothing, { name: row.name });
  const resting = found.filter(({ state }) => AT_REST.has(state));
  if (resting.length === 0) {
    const nodes = found.map(({ node }) => node);
    throw conflict("drift-busy", { name: row.name, nodes });
  }
  return resting;
}

export const drift: Routes<Path> = {
  "/api/v1/environments/{name}/heal": {
    post: {
      role: "operator",
      answer: (call) => {
        const { world, path, who, language } = call;
        const row = world.environment(path.name);
        const revision = wanted(row);
        const drifted = chosen(world, row, call.body).filter(({ state }) => state === "drifted");
        const found = free(row, revision ? drifted : [], "drift-nothing");
        const [work, by] = [new Work(world), who?.username ?? ""];
        const made = found.flatMap((replica) =>
          revision ? work.build(row, replica, revision, by, "heal") : [],
        );
        world.note(by, "heal-asked", row, { after: { nodes: found.map(({ node }) => node) } });
        return shown(world, language, made);
      },
    },
  },
  "/api/v1/environments/{name}/verify": {
    post: {
      role: "operator",
      answer: (call) => {
        const { world, path, who, language } = call;
        const row = world.environment(path.name);
        const live = chosen(world, row, call.body).filter((each) => each.live_revision);
        const found = free(row, live, "verify-nothing");
        const [work, by] = [new Work(world), who?.username ?? ""];
        const made = found.map((replica) => work.verify(row, replica, by));
        world.note(by, "verify-asked", row, { after: { nodes: found.map(({ node }) => node) } });
        return shown(world, language, made);
      },
    },
  },
};

function shown(world: World, language: Documents["language"], made: OperationRow[]) {
  const documents = new Documents(world, language);
  return reply(whole(made.map((row) => documents.operation(row))), 202);
}
