/** Which environments a list wants (`store/environment_lists.py`). */
import { invalid } from "../http/refusal";
import { environmentState } from "./documents";
import { canonicalName } from "./requirement";
import { type EnvironmentRow, newest } from "./rows";

export interface Wanted {
  search: string | null;
  states: string[];
  node: string | null;
  /** `key=value`. */
  label: string | null;
}

/** The environments that meet every condition. */
export function select(rows: readonly EnvironmentRow[], wanted: Wanted): EnvironmentRow[] {
  const { states, node } = wanted;
  const search = wanted.search?.toLowerCase() ?? "";
  const label = labelIn(wanted.label);
  return rows.filter(
    (row) =>
      (!search || matches(row, search)) &&
      (states.length === 0 || states.includes(environmentState(row))) &&
      (!node || row.replicas.some((each) => each.node === node)) &&
      (!label || row.labels[label.key] === label.value),
  );
}

function labelIn(text: string | null): { key: string; value: string } | null {
  if (text === null) return null;
  const place = text.indexOf("=");
  if (place < 1) throw invalid("label-invalid", { label: text.slice(0, 80) });
  return { key: text.slice(0, place), value: text.slice(place + 1) };
}

/** A part of the name, the title or a locked package's name, any case. */
function matches(row: EnvironmentRow, search: string): boolean {
  const name = canonicalName(search);
  return (
    row.name.includes(search) ||
    row.title.toLowerCase().includes(search) ||
    (newest(row)?.lock.some((each) => each.name.includes(name)) ?? false)
  );
}
