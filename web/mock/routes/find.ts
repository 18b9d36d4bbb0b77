/** Where a release or a file is (`api/find.py`). */
import { page, pagingOf } from "../http/paging";
import { invalid } from "../http/refusal";
import { first, reply, type Routes } from "../http/route";
import type { Schemas } from "../schema";
import { canonicalName, parseLine } from "../world/requirement";
import { wanted } from "../world/rows";
import { admits } from "../world/version";
import type { World } from "../world/world";

type Found = Schemas["Found"];

const FIRST = 1_000_000_000;
const ORDER = {
  keys: { environment: (row: Found) => row.environment, node: (row: Found) => row.node ?? "" },
  idOf: (row: Found) =>
    [row.environment, row.kind, row.node ?? String(FIRST - (row.revision ?? 0)), row.version].join("/"),
};

interface Query {
  name: string;
  specifier: string;
  file: string | null;
}

export const find: Routes<"/api/v1/find"> = {
  "/api/v1/find": {
    get: {
      role: "viewer",
      answer: ({ world, all }) => {
        const query = queryOf(first(all("requirement")) ?? "", first(all("file")) ?? "");
        const kind = first(all("kind"));
        const found = [...heldIn(world, query)];
        const shown = found.filter((row) => !kind || row.kind === kind);
        return reply({
          ...page(shown, pagingOf(all), ORDER),
          query: query.file ?? query.name + query.specifier,
          totals: query.file ? null : totalsOf(found),
        });
      },
    },
  },
};

function queryOf(requirement: string, file: string): Query {
  if ((requirement.trim() === "") === (file.trim() === "")) throw invalid("find-one-of-two");
  if (file) {
    const [, name, version] = /^([^-]+)-([^-]+)(?:-.*\.whl|\.tar\.gz|\.zip)$/.exec(file) ?? [];
    if (!name || !version) throw invalid("find-file-unreadable", { file });
    return { name: canonicalName(name), specifier: `==${version}`, file };
  }
  return releasesIn(requirement);
}

/** What a requirement asks for, if it is one of releases. */
export function releasesIn(requirement: string): Query {
  const parsed = parseLine(requirement.trim());
  if (Array.isArray(parsed)) throw invalid(...parsed);
  const shown = parsed.name + parsed.specifier;
  if (parsed.url) throw invalid("find-url", { name: parsed.name });
  if (parsed.marker) throw invalid("find-marker", { marker: parsed.marker, shown });
  if (parsed.extras.length > 0) throw invalid("find-extras", { extras: parsed.extras, shown });
  return { name: parsed.name, specifier: parsed.specifier, file: null };
}

/** How many there are of what. */
export function totalsOf(found: readonly Found[]): Schemas["FoundTotals"] {
  const replicas = found.filter((row) => row.kind === "replica");
  return {
    replicas: replicas.length,
    nodes: new Set(replicas.map(({ node }) => node)).size,
    revisions: found.length - replicas.length,
  };
}

/** Replicas hold what the lock of their live revision says, seen or, while it is built, not yet. */
export function* heldIn(world: World, { name, specifier, file }: Query): Generator<Found> {
  for (const row of world.environments.values()) {
    for (const { number, lock } of row.revisions) {
      const locked = lock.filter((each) => each.name === name).map(({ version }) => version);
      const live = row.replicas.filter((each) => each.live_revision === number);
      for (const version of locked.filter((each) => admits(specifier, each))) {
        const held = { environment: row.name, package: name, version, revision: number, locked };
        const common = { ...held, as_locked: true, deleted: false, editable: false };
        for (const { node, state, reported_at: at } of live) {
          const seen = state === "ready" || state === "drifted";
          yield {
            ...common,
            ...{ kind: "replica", node, state, use: "live", live_on: 1 },
            basis: seen && !file ? "observed" : "locked",
            seen: seen ? version : null,
            installer: seen ? "uv" : "",
            observed_at: seen ? (at ?? null) : null,
          };
        }
        const use = wanted(row)?.number === number ? "wanted" : "kept";
        yield {
          ...common,
          ...{ kind: "revision", basis: "locked", node: null, state: null, seen: null },
          ...{ installer: "", observed_at: null, live_on: live.length },
          use: live.length > 0 ? "live" : use,
        };
      }
    }
  }
}
