/** Versions and specifier sets (PEP 440), as far as releases go: numbers and dots. */

export function compareVersions(one: string, other: string): number {
  const [left, right] = [numbers(one), numbers(other)];
  for (let place = 0; place < Math.max(left.length, right.length); place += 1) {
    const difference = (left[place] ?? 0) - (right[place] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}

function numbers(version: string): number[] {
  return version.split(".").map((part) => Number.parseInt(part, 10) || 0);
}

export interface Clause {
  operator: string;
  version: string;
}

const CLAUSE =
  /^\s*(~=|===?|!=|<=|>=|<|>)\s*(\d+(?:\.\d+)*(?:(?:a|b|rc|\.post|\.dev)\d+)?(?:\.\*)?)\s*$/;

/** Reads a specifier set; null where it is none. */
export function clausesOf(text: string): Clause[] | null {
  const parts = text.split(",").filter((part) => part.trim() !== "");
  const found = parts.map((part) => CLAUSE.exec(part));
  if (found.some((each) => each === null)) return null;
  return found.map((each) => ({ operator: each?.[1] ?? "", version: each?.[2] ?? "" }));
}

function holds({ operator, version }: Clause, candidate: string): boolean {
  const bare = version.replace(/\.\*$/, "");
  const order = compareVersions(candidate, bare);
  switch (operator) {
    case "==":
    case "===":
      return version.endsWith(".*") ? begins(candidate, bare) : order === 0;
    case "!=":
      return version.endsWith(".*") ? !begins(candidate, bare) : order !== 0;
    case "<=":
      return order <= 0;
    case ">=":
      return order >= 0;
    case "<":
      return order < 0;
    case ">":
      return order > 0;
    default:
      return order >= 0 && begins(candidate, bare.split(".").slice(0, -1).join("."));
  }
}

function begins(candidate: string, prefix: string): boolean {
  return `${candidate}.`.startsWith(`${prefix}.`);
}

/** Whether a version is in a specifier set; an empty one admits all. */
export function admits(specifier: string, version: string): boolean {
  return (clausesOf(specifier) ?? []).every((clause) => holds(clause, version));
}
