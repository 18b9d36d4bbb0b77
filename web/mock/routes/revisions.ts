/** Revisions, their locks and what they are written as for other tools (`api/revisions.py`). */
import { page, pagingOf } from "../http/paging";
import { notFound } from "../http/refusal";
import { first, reply, type Routes } from "../http/route";
import { tag } from "../http/versions";
import { digestOf, revision, revisionDetail } from "../world/documents";
import { newest, type RevisionRow } from "../world/rows";
import type { World } from "../world/world";

type Path =
  | "/api/v1/environments/{name}/revisions"
  | "/api/v1/environments/{name}/revisions/{number}"
  | "/api/v1/environments/{name}/revisions/{number}/lock"
  | "/api/v1/environments/{name}/export";

const ORDER = {
  keys: { number: (row: RevisionRow) => row.number },
  own: "-number",
  idOf: (row: RevisionRow) => String(row.number),
};

export const revisions: Routes<Path> = {
  "/api/v1/environments/{name}/revisions": {
    get: {
      role: "viewer",
      answer: ({ world, path, all }) => {
        const rows = world.environment(path.name).revisions;
        const { items, next } = page(rows, pagingOf(all), ORDER);
        return reply({ items: items.map(revision), next });
      },
    },
  },
  "/api/v1/environments/{name}/revisions/{number}": {
    get: {
      role: "viewer",
      answer: ({ world, path, all }) => {
        const demands = first(all("demands")) === "true";
        return reply(revisionDetail(found(world, path.name, path.number), demands));
      },
    },
  },
  "/api/v1/environments/{name}/revisions/{number}/lock": {
    get: {
      role: "viewer",
      answer: ({ world, path }) => {
        const { lock } = found(world, path.name, path.number);
        return reply({ packages: lock }, 200, tag(digestOf(lock)));
      },
    },
  },
  "/api/v1/environments/{name}/export": {
    get: {
      role: "viewer",
      answer: ({ world, path, all }) => {
        const last = newest(world.environment(path.name))?.number;
        const row = found(world, path.name, first(all("revision")) ?? String(last));
        return reply(written(row, first(all("format")) ?? "pylock"));
      },
    },
  },
};

function found(world: World, name: string, number: string): RevisionRow {
  const row = world.environment(name);
  const revision = row.revisions.find((each) => String(each.number) === number);
  if (revision) return revision;
  const last = newest(row)?.number ?? 0;
  throw notFound("revision-not-found", { name, number: Number(number), newest: last });
}

function written({ wish, lock }: RevisionRow, format: string): string {
  const lines: Record<string, string[]> = {
    spec: [`# python ${wish.python}`, ...wish.requirements],
    requirements: lock.map(({ name, version, marker }) => {
      return `${name}==${version}${marker ? ` ; ${marker}` : ""}`;
    }),
    pylock: lock.flatMap(({ name, version }) => {
      return ["[[packages]]", `name = "${name}"`, `version = "${version}"`, ""];
    }),
  };
  return `${(lines[format] ?? []).join("\n")}\n`;
}
