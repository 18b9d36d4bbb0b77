/** Which packages of a revision are shown, and in which order. */
import type { Package } from "../../api/environment";

export interface Narrowing {
  search: string;
  /** Only what the owner's own lines name. */
  requested: boolean;
}

function asked(row: Package, text: string): boolean {
  return row.required_by?.some(({ by }) => by?.includes(text)) ?? false;
}

/**
 * Returns the packages that match, those asked for first, each part by name.
 *
 * What is searched for is looked for in the names as an index compares them (PEP 503)
 * and in the names of those that ask; the latter come after.
 */
export function packagesShown(packages: readonly Package[], { search, requested }: Narrowing): Package[] {
  const text = search.trim().toLowerCase().replace(/[-_.]+/g, "-");
  const rank = (row: Package) => (row.name.includes(text) ? 0 : 2) + (row.requested ? 0 : 1);
  return packages
    .filter((row) => row.requested || !requested)
    .filter((row) => row.name.includes(text) || asked(row, text))
    .sort((one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name, "en"));
}

/** Reads the number of a revision from an address; the newest where it names none. */
export function chosenRevision(given: string | null, newest: number): number {
  const number = Number(given);
  return Number.isInteger(number) && number >= 1 && number <= newest ? number : newest;
}
