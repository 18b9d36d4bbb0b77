/** Names to complete and to filter by: packages in use, labels (`api/packages.py`, `api/labels.py`). */
import { whole } from "../http/paging";
import { first, reply, type Routes } from "../http/route";
import { canonicalName } from "../world/requirement";
import { wanted } from "../world/rows";
import { compareVersions } from "../world/version";
import type { World } from "../world/world";

const MOST = 20;

export const names: Routes<"/api/v1/packages/names" | "/api/v1/labels"> = {
  "/api/v1/packages/names": {
    get: {
      role: "viewer",
      answer: ({ world, all }) => {
        const search = canonicalName(first(all("search"))?.trim() ?? "");
        const found = [...packagesIn(world)].filter(([name]) => name.includes(search));
        found.sort(([one], [other]) => {
          const begins = Number(other.startsWith(search)) - Number(one.startsWith(search));
          return begins || (one < other ? -1 : 1);
        });
        const limit = Number(all("limit")[0] ?? MOST);
        return reply(whole(found.slice(0, limit).map(([name, version]) => ({ name, version }))));
      },
    },
  },
  "/api/v1/labels": {
    get: {
      role: "viewer",
      answer: ({ world, all }) => {
        const nodes = first(all("of")) === "nodes";
        return reply(whole(labelsIn(nodes ? world.nodes.values() : world.environments.values())));
      },
    },
  },
};

/** Every package in some lock, with its newest version there. */
function packagesIn(world: World): Map<string, string> {
  const found = new Map<string, string>();
  for (const row of world.environments.values()) {
    for (const { name, version } of wanted(row)?.lock ?? []) {
      const known = found.get(name);
      if (!known || compareVersions(known, version) < 0) found.set(name, version);
    }
  }
  return found;
}

interface Labelled {
  labels: Record<string, string>;
}

function labelsIn(rows: Iterable<Labelled>): { key: string; value: string; count: number }[] {
  const counts = new Map<string, { key: string; value: string; count: number }>();
  for (const { labels } of rows) {
    for (const [key, value] of Object.entries(labels)) {
      const use = counts.get(`${key}=${value}`) ?? { key, value, count: 0 };
      counts.set(`${key}=${value}`, { ...use, count: use.count + 1 });
    }
  }
  const order = ({ key, value }: { key: string; value: string }) => `${key}=${value}`;
  return [...counts.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}
