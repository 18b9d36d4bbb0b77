/** Revisions, their locks and what they are written as for other tools (`api/revisions.py`). */
import { page, pagingOf } from "../http/paging";
import { first, reply, type Routes } from "../http/route";
import { tag as etag } from "../http/versions";
import { digestOf, revision, revisionDetail } from "../world/documents";
import { revisionOf, tag, untag } from "../world/history";
import { type RevisionRow, wanted } from "../world/rows";
import type { World } from "../world/world";

type Path =
  | "/api/v1/environments/{name}/revisions"
  | "/api/v1/environments/{name}/revisions/{number}"
  | "/api/v1/environments/{name}/revisions/{number}/lock"
  | "/api/v1/environments/{name}/tags/{tag}"
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
        return reply({ packages: lock }, 200, etag(digestOf(lock)));
      },
    },
  },
  "/api/v1/environments/{name}/tags/{tag}": {
    put: {
      role: "operator",
      answer: ({ world, path, body, who }) => {
        tag(world, world.environment(path.name), path.tag, body, who?.username ?? "");
        return reply(undefined, 204);
      },
    },
    delete: {
      role: "operator",
      answer: ({ world, path, who }) => {
        untag(world, world.environment(path.name), path.tag, who?.username ?? "");
        return reply(undefined, 204);
      },
    },
  },
  "/api/v1/environments/{name}/export": {
    get: {
      role: "viewer",
      answer: ({ world, path, all }) => {
        const last = wanted(world.environment(path.name))?.number;
        const row = found(world, path.name, first(all("revision")) ?? String(last));
        return reply(written(row, first(all("format")) ?? "pylock"));
      },
    },
  },
};

function found(world: World, name: string, number: string): RevisionRow {
  return revisionOf(world.environment(name), Number(number));
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
