/** Which lines differ between two texts: the shortest way from one to the other. */

export interface DiffLine {
  kind: "same" | "add" | "remove";
  text: string;
}

/** Pairs of lines that are looked at; beyond it the middle is told as all gone, all new. */
const MOST = 4_000_000;

type Tagged = (kind: DiffLine["kind"]) => (text: string) => DiffLine;
const as: Tagged = (kind) => (text) => ({ kind, text });

/** Lengths of the longest common run of lines, from each pair of places to the ends. */
function common(before: readonly string[], after: readonly string[]): Uint32Array[] {
  const width = after.length + 1;
  const table = Array.from({ length: before.length + 1 }, () => new Uint32Array(width));
  for (let i = before.length - 1; i >= 0; i -= 1) {
    const [row, below] = [table[i], table[i + 1]];
    if (!row || !below) continue;
    for (let j = after.length - 1; j >= 0; j -= 1) {
      row[j] =
        before[i] === after[j]
          ? (below[j + 1] ?? 0) + 1
          : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return table;
}

function middle(before: readonly string[], after: readonly string[]): DiffLine[] {
  if (before.length * after.length > MOST)
    return [...before.map(as("remove")), ...after.map(as("add"))];
  const table = common(before, after);
  const found: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length && j < after.length) {
    const [old, new_] = [before[i] ?? "", after[j] ?? ""];
    if (old === new_) {
      found.push({ kind: "same", text: old });
      i += 1;
      j += 1;
    } else if ((table[i + 1]?.[j] ?? 0) >= (table[i]?.[j + 1] ?? 0)) {
      found.push({ kind: "remove", text: old });
      i += 1;
    } else {
      found.push({ kind: "add", text: new_ });
      j += 1;
    }
  }
  return [...found, ...before.slice(i).map(as("remove")), ...after.slice(j).map(as("add"))];
}

/** Returns the lines of both texts in order, each once where they agree. */
export function lineDiff(before: readonly string[], after: readonly string[]): DiffLine[] {
  const least = Math.min(before.length, after.length);
  let start = 0;
  while (start < least && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < least - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return [
    ...before.slice(0, start).map(as("same")),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(as("same")),
  ];
}
