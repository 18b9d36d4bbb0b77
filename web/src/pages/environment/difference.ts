/** What a revision asks for that the one before did not, line by line. */
import type { Revision } from "../../api/environment";

export interface Line {
  sign: "+" | "-";
  text: string;
}

/** The name that a line begins with, as an index compares names (PEP 503). */
function nameIn(line: string): string {
  return (/^[\w.-]+/.exec(line)?.[0] ?? line).toLowerCase().replace(/[-_.]+/g, "-");
}

/**
 * Returns the lines that went and came, a package's old line above its new one. The
 * order of lines means nothing, and a line that stands twice counts twice.
 */
export function linesBetween(before: readonly string[], after: readonly string[]): Line[] {
  const left = [...before];
  const came: Line[] = [];
  for (const text of after) {
    const at = left.indexOf(text);
    if (at >= 0) left.splice(at, 1);
    else came.push({ sign: "+", text });
  }
  const gone = left.map((text): Line => ({ sign: "-", text }));
  return [...gone, ...came].sort((one, other) => {
    const byName = nameIn(one.text).localeCompare(nameIn(other.text), "en");
    return byName || Number(one.sign === "+") - Number(other.sign === "+");
  });
}

/** What changed from one revision to the next. */
export interface Difference {
  lines: Line[];
  /** From and to, null where it stayed. */
  python: [string, string] | null;
  platforms: [string[], string[]] | null;
  /** How many packages more, or fewer. */
  packages: number;
  /** Whether just the same files are installed. */
  sameLock: boolean;
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return [...one].sort().join(" ") === [...other].sort().join(" ");
}

export function differenceOf(before: Revision, after: Revision): Difference {
  return {
    lines: linesBetween(before.requirements, after.requirements),
    python: before.python === after.python ? null : [before.python, after.python],
    platforms: same(before.platforms, after.platforms)
      ? null
      : [before.platforms, after.platforms],
    packages: after.package_count - before.package_count,
    sameLock: before.lock_digest === after.lock_digest,
  };
}
