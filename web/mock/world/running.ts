/** Processes that work in environments; some of the crawlers began with the revision before. */
import { conflict } from "../http/refusal";
import type { Schemas } from "../schema";
import { HOUR, MINUTE } from "./clock";
import { type EnvironmentRow, wanted } from "./rows";
import type { World } from "./world";

type Process = Schemas["RunningProcess"];

const BUSY = "price-crawl-daily";
const WORK = [
  { pid: 48_112, program: "python3.13 -m scrapy", user: "crawler", age: 6 * HOUR, before: 1 },
  { pid: 48_115, program: "python3.13 scrapyd", user: "crawler", age: 5 * HOUR, before: 1 },
  { pid: 61_340, program: "python3.13 -m scrapy", user: "wang.fang", age: 12 * MINUTE, before: 0 },
];

function processesIn(world: World, row: EnvironmentRow): Process[] {
  const newest = wanted(row)?.number ?? null;
  if (row.name !== BUSY || newest === null) return [];
  return row.replicas.slice(0, 2).flatMap(({ node }, index) =>
    WORK.slice(index).map(({ pid, program, user, age, before }) => ({
      ...{ environment: row.name, node, node_state: world.node(node).state },
      ...{ pid: pid + index, program, user },
      ...{ revision: newest - before, behind: before > 0 },
      since: new Date(world.clock.now - age).toISOString(),
    })),
  );
}

export function runningIn(
  world: World,
  rows: Iterable<EnvironmentRow>,
  node: string | null = null,
): Schemas["Running"] {
  const all = [...rows].flatMap((row) => processesIn(world, row));
  const items = all.filter((each) => node === null || each.node === node);
  const counts = new Map<string, Schemas["RunningCount"]>();
  for (const { environment, node: where, node_state, revision = null, behind } of items) {
    const key = `${environment} ${where} ${revision}`;
    const { count = 0 } = counts.get(key) ?? {};
    counts.set(key, { environment, node: where, node_state, revision, behind, count: count + 1 });
  }
  return { items, counts: [...counts.values()], total: items.length };
}

/** Refuses what would take an environment from under running processes. */
export function refuseUsed(world: World, row: EnvironmentRow): void {
  const { counts, total: count } = runningIn(world, [row]);
  if (count === 0) return;
  const found = new Map<string, number>();
  for (const { node, count: more } of counts) found.set(node, (found.get(node) ?? 0) + more);
  const nodes = [...found].map(([node, number]) => `${node} (${number})`).join(", ");
  throw conflict("environment-in-use", { name: row.name, count, nodes });
}
