/** Which environments a list wants (`store/environment_lists.py`). */
import { invalid } from "../http/refusal";
import { environmentState } from "./documents";
import { canonicalName } from "./requirement";
import { type EnvironmentRow, wanted } from "./rows";

export interface Wanted {
  search: string | null;
  states: string[];
  node: string | null;
  /** Each `key=value`: of one key any of its values, of every key one. */
  labels: string[];
}

/** The environments that meet every condition. */
export function select(rows: readonly EnvironmentRow[], wanted: Wanted): EnvironmentRow[] {
  const { states, node } = wanted;
  const search = wanted.search?.toLowerCase() ?? "";
  const labels = labelsIn(wanted.labels);
  return rows.filter(
    (row) =>
      (!search || matches(row, search)) &&
      (states.length === 0 || states.includes(environmentState(row))) &&
      (!node || row.replicas.some((each) => each.node === node)) &&
      [...labels].every(([key, values]) => values.includes(row.labels[key] ?? "")),
  );
}

/** Reads labels as they are asked for: values by key. */
export function labelsIn(texts: readonly string[]): Map<string, string[]> {
  const wanted = new Map<string, string[]>();
  for (const text of texts.filter(Boolean)) {
    const place = text.indexOf("=");
    if (place < 1) throw invalid("label-invalid", { label: text.slice(0, 80) });
    const key = text.slice(0, place);
    wanted.set(key, [...(wanted.get(key) ?? []), text.slice(place + 1)]);
  }
  return wanted;
}

/** In any case, a part of the name, the title, a locked package's name or a requirement. */
function matches(row: EnvironmentRow, search: string): boolean {
  const name = canonicalName(search);
  const dense = search.replace(/\s/g, "");
  return (
    row.name.includes(search) ||
    row.title.toLowerCase().includes(search) ||
    (wanted(row)?.lock.some((each) => each.name.includes(name)) ?? false) ||
    (wanted(row)?.wish.requirements.some((each) => each.includes(dense)) ?? false)
  );
}
