/** What a plan says to have changed in what is asked for, line by line. */
import type { DiffLine } from "./lineDiff";

export interface Asked {
  /** As the API calls it, such as `requirements` or `labels.team`; null for what is none. */
  field: string | null;
  kind: DiffLine["kind"];
  text: string;
}

const LISTED = /^(requirements|platforms|placement\.nodes): ([+-]) (.*)$/s;
const CHANGED = /^([a-z]+(?:\.[^:]+)?): (.*)$/s;
const KINDS = { "+": "add", "-": "remove" } as const;

function read(line: string): Asked {
  const [, list, mark, item] = LISTED.exec(line) ?? [];
  if (list && item !== undefined)
    return { field: list, kind: KINDS[mark as keyof typeof KINDS], text: item };
  const [, field, text] = CHANGED.exec(line) ?? [];
  if (field && text !== undefined) return { field, kind: "same", text };
  return { field: null, kind: "same", text: line };
}

/** Reads the lines; a Python that was asked for and is chosen too is told once. */
export function askedIn(changed: readonly string[]): Asked[] {
  const lines = changed.map(read);
  const chosen = lines.some(({ field }) => field === "python");
  return lines.filter(({ field }) => !(chosen && field === "wish"));
}
