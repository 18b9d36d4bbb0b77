/**
 * Three-way merge of an edit: what somebody types stays as it is, and what another has
 * changed meanwhile is taken over wherever that is not the same thing.
 */
import type { Environment } from "../../api/environment";
import { pythonShown } from "../../app/figures";
import { type Draft, draftOf, textOf } from "../create/draft";
import { sameLabels } from "../create/labels";
import { samePlaced } from "../create/placed";
import { sameUpkeep } from "../create/upkeep";

/** What both changed, and differently: one's own stays. */
export type Field = "title" | "description" | "labels" | "python" | "platforms" | "placement" | "upkeep" | "requirements";

export interface Merged {
  draft: Draft;
  collisions: readonly Field[];
}

/** The package that a line names, in the form in which names are compared (PEP 503). */
function packageOf(line: string): string {
  const name = /^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)/.exec(line)?.[1] ?? "";
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

function bare(line: string): string {
  return line.replace(/(^|\s)#.*$/, "").trim();
}

export interface MergedLines {
  text: string;
  /** Whether a line of theirs was left out, for one's own text says something else. */
  collided: boolean;
}

/** Takes their changes of `base` over into one's own text, line by line. */
export function mergeLines(
  base: readonly string[],
  mine: string,
  theirs: readonly string[],
): MergedLines {
  const own = mine.split("\n");
  const kept = own.map(bare);
  const [was, now] = [new Set(base), new Set(theirs)];
  const gone = base.filter((line) => !now.has(line));
  const came = theirs.filter((line) => !was.has(line));
  const left = own.filter((line) => !(gone.includes(bare(line)) && !now.has(bare(line))));
  const named = new Set(left.map(bare).filter(Boolean).map(packageOf));
  const dropped = new Set(base.filter((line) => !kept.includes(line)).map(packageOf));
  // What was changed or taken away here is not for them to bring back.
  const settled = (line: string) => named.has(packageOf(line)) || dropped.has(packageOf(line));
  const fresh = came.filter((line) => !settled(line));
  const refused = came.filter((line) => settled(line) && !kept.includes(line));
  const agreed = new Set(came.filter((line) => kept.includes(line)).map(packageOf));
  const missed = gone.filter(
    (line) =>
      !kept.includes(line) && named.has(packageOf(line)) && !agreed.has(packageOf(line)),
  );
  const text = [...trimmed(left), ...fresh].join("\n");
  return { text, collided: refused.length > 0 || missed.length > 0 };
}

function trimmed(lines: readonly string[]): string[] {
  const end = lines.findLastIndex((line) => line.trim() !== "");
  return lines.slice(0, end + 1);
}

interface Sides {
  base: Draft;
  mine: Draft;
  theirs: Draft;
}

function sides(base: Environment, mine: Draft, theirs: Environment): Sides {
  return { base: draftOf(base), mine, theirs: draftOf(theirs) };
}

type Plain = Exclude<Field, "requirements" | "python">;

const SAME: Record<Plain, (a: Draft, b: Draft) => boolean> = {
  title: (a, b) => a.title === b.title,
  description: (a, b) => a.description === b.description,
  labels: (a, b) => sameLabels(a.labels, b.labels),
  platforms: (a, b) => a.platforms.join() === b.platforms.join(),
  placement: (a, b) => samePlaced(a.placement, b.placement),
  upkeep: (a, b) => sameUpkeep(a.upkeep, b.upkeep),
};

/** Lays one's own draft, which began from `base`, over what the environment is now. */
export function mergeDraft(base: Environment, mine: Draft, theirs: Environment): Merged {
  const all = sides(base, mine, theirs);
  const collisions: Field[] = [];
  const draft: Draft = { ...mine };
  for (const field of Object.keys(SAME) as Plain[]) {
    const same = SAME[field];
    if (same(all.base, all.mine)) Object.assign(draft, { [field]: all.theirs[field] });
    else if (!same(all.base, all.theirs) && !same(all.mine, all.theirs)) collisions.push(field);
  }
  const moved = base.python !== theirs.python && mine.python !== pythonShown(theirs.python ?? "");
  if (mine.python !== "" && moved) collisions.push("python");
  if (mine.requirements === textOf(base)) draft.requirements = textOf(theirs);
  else {
    const { text, collided } = mergeLines(base.requirements, mine.requirements, theirs.requirements);
    draft.requirements = text;
    if (collided) collisions.push("requirements");
  }
  return { draft, collisions };
}

/** Whether an environment asks for the same as before, whatever its version says. */
export function sameWish(one: Environment, other: Environment): boolean {
  const [a, b] = [draftOf(one), draftOf(other)];
  return (
    one.python === other.python &&
    a.requirements === b.requirements &&
    Object.values(SAME).every((same) => same(a, b))
  );
}
