/** `ETag` and `If-Match` (`api/etags.py`), and what a stale edit is told. */
import { describe } from "../world/difference";
import type { Schemas } from "../schema";
import type { EnvironmentRow } from "../world/rows";
import type { World } from "../world/world";
import { invalid, Refusal } from "./refusal";

export function tag(version: string): Record<string, string> {
  return { ETag: `"${version}"` };
}

/** The version that a change started from; null where any will do. */
function versionIn(header: string | undefined): number | null {
  if (header === undefined || header.trim() === "*") return null;
  const bare = header.trim().replace(/^W\//, "").replaceAll('"', "");
  if (!/^\d{1,9}$/.test(bare)) throw invalid("if-match-invalid", { given: header.slice(0, 80) });
  return Number(bare);
}

/** Refuses an edit that started from another version than the live one. */
export function refuseStale(
  world: World,
  row: EnvironmentRow,
  header: string | undefined,
  needed = false,
): void {
  if (needed && !header?.trim()) throw new Refusal(428, "version-needed");
  const given = versionIn(header);
  if (given !== null && given !== row.version) throw stale(world, row, "stale-version", given);
}

/** As `refuseStale`, of a node; its audit tells who. */
export function refuseStaleNode(
  world: World,
  { name, version }: Schemas["Node"],
  header: string | undefined,
): void {
  if (!header?.trim()) throw new Refusal(428, "version-needed");
  const given = versionIn(header);
  if (given === null || given === Number(version)) return;
  const last = world.audit.findLast(({ subject }) => subject === `node:${name}`);
  throw new Refusal(412, "stale-version", {
    ...{ name, given, current: Number(version), by: [last?.username ?? ""] },
    changed: describe(last?.before ?? {}, last?.after ?? {}),
  });
}

/** Who changed what since a version. */
export function stale(world: World, row: EnvironmentRow, code: string, given: number): Refusal {
  const since = world.audit.filter(
    ({ subject, action }) =>
      subject === `environment:${row.name}` && action === "environment-edited",
  );
  const missed = since.slice(-Math.max(1, row.version - given));
  const [before, after] = [missed[0]?.before ?? {}, missed.at(-1)?.after ?? {}];
  return new Refusal(412, code, {
    name: row.name,
    given,
    current: row.version,
    by: [...new Set(missed.map(({ username }) => username ?? ""))].sort(),
    changed: describe(before, after),
  });
}
