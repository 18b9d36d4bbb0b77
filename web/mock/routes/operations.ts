/** Operations (`api/operations.py`). */
import { cancelledBy } from "../data/causes";
import { once } from "../http/claims";
import { page, pagingOf } from "../http/paging";
import { conflict } from "../http/refusal";
import { first, reply, type Routes } from "../http/route";
import { Documents } from "../world/documents";
import { pinsOf } from "../world/locking";
import { wanted, type OperationRow, wishOf } from "../world/rows";
import { isOpen, Work } from "../world/work";
import type { World } from "../world/world";

type Path =
  | "/api/v1/operations"
  | "/api/v1/operations/{operation}"
  | "/api/v1/operations/{operation}/cancel"
  | "/api/v1/operations/{operation}/retry";

const ORDER = {
  keys: { created_at: (row: OperationRow) => row.created_at },
  own: "-created_at",
  idOf: (row: OperationRow) => row.id,
};

export const operations: Routes<Path> = {
  "/api/v1/operations": {
    get: {
      role: "viewer",
      answer: ({ world, language, all }) => {
        const [environment, node] = [first(all("environment")), first(all("node"))];
        if (node) world.node(node);
        const [states, kinds] = [all("state"), all("kind")];
        const rows = [...world.operations.values()].filter(
          (row) =>
            (!environment || row.environment === environment) &&
            (!node || row.node === node) &&
            (states.length === 0 || states.includes(row.state)) &&
            (kinds.length === 0 || kinds.includes(row.kind)),
        );
        // One that is deleted is found by its operations.
        if (environment && rows.length === 0) world.environment(environment);
        const { items, next } = page(rows, pagingOf(all), ORDER);
        const documents = new Documents(world, language);
        return reply({ items: items.map((row) => documents.operation(row)), next });
      },
    },
  },
  "/api/v1/operations/{operation}": {
    get: {
      role: "viewer",
      answer: ({ world, language, path }) =>
        reply(new Documents(world, language).operation(world.operation(path.operation))),
    },
  },
  "/api/v1/operations/{operation}/cancel": {
    post: {
      role: "operator",
      answer: ({ world, language, path, who }) => {
        const row = world.operation(path.operation);
        if (!isOpen(row)) throw conflict("operation-ended", { state: row.state });
        if (row.kind === "remove") throw conflict("operation-not-cancellable", { kind: row.kind });
        new Work(world).cancel(row, cancelledBy(who?.username ?? "", row.step ?? "queue"));
        return reply(new Documents(world, language).operation(row));
      },
    },
  },
  "/api/v1/operations/{operation}/retry": {
    post: {
      role: "operator",
      answer: (call) => {
        const { world, language, path, who } = call;
        const made = once(
          call,
          `POST /api/v1/operations/${path.operation}/retry`,
          () => retry(world, world.operation(path.operation), who?.username ?? "").id,
        );
        return reply(new Documents(world, language).operation(world.operation(made)));
      },
    },
  },
};

/** Does failed or cancelled work again, as a new operation. */
function retry(world: World, row: OperationRow, by: string): OperationRow {
  if (row.state !== "failed" && row.state !== "cancelled") {
    throw conflict("operation-not-failed", { state: row.state });
  }
  const environment = world.environments.get(row.environment ?? "");
  if (!environment) throw conflict("operation-environment-deleted");
  const work = new Work(world);
  if (row.kind === "resolve") {
    if (environment.operation !== row.id) throw conflict("operation-superseded");
    const wish = wishOf(environment);
    return work.propose(environment, { wish, pins: pinsOf(environment), message: "", by });
  }
  const replica = environment.replicas.find(({ operation }) => operation === row.id);
  const revision = wanted(environment);
  if (!replica || !revision) throw conflict("operation-superseded");
  return work.build(environment, replica, revision, by);
}
