/** What a change changed: only that, and of lists only what came and went. */

export type Document = Record<string, unknown> | null | undefined;

export interface Difference {
  field: string;
  /** What is not any more; words ready to be shown. */
  gone: string[];
  /** What is now. */
  come: string[];
}

/** Nothing is said of what is empty, nor of what is not so. */
function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === "" || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** A value as short words, one for each of its parts. */
function words(value: unknown): string[] {
  if (isEmpty(value)) return [];
  if (Array.isArray(value)) return value.flatMap(words);
  if (typeof value === "object")
    return Object.entries(value as object).flatMap(([key, part]) =>
      isEmpty(part) ? [] : [`${key}=${words(part).join(", ")}`],
    );
  return [String(value as string | number | boolean)];
}

function without(these: string[], those: string[]): string[] {
  const left = [...those];
  return these.filter((each) => {
    const at = left.indexOf(each);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** Returns the fields that differ, in the order in which they were written. */
export function differences(before: Document, after: Document): Difference[] {
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...fields].flatMap((field) => {
    const [was, is] = [before, after].map((document) => words(document?.[field]));
    if (!was || !is) return [];
    const [gone, come] = [without(was, is), without(is, was)];
    return gone.length + come.length > 0 ? [{ field, gone, come }] : [];
  });
}
