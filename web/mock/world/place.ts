/** Where an environment stands on a node. */
import type { Schemas } from "../schema";
import { platformOf } from "./python";
import type { EnvironmentRow } from "./rows";

export function placeOf(row: EnvironmentRow, node: Schemas["Node"], revision: number) {
  const windows = platformOf(node).startsWith("windows");
  const [data, separator] = windows ? ["C:\\ProgramData\\Venvoy", "\\"] : ["/var/lib/venvoy", "/"];
  const prefix = [data, "prefixes", row.id, `${String(revision)}-1`].join(separator);
  return { path: [data, "virtual_environments", row.name].join(separator), prefix };
}
