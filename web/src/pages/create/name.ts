/** The names that an environment may have; the API has the last word, by the same rule. */
import type { Said } from "../../api/problem";

const LIMIT = 63;
const NAME = /^[a-z0-9][a-z0-9_-]*$/;
const SHOWN = 80;
/** Device names of Windows, which are no file names there: con, com1, lpt9, … */
const DEVICE = /^(?:con|prn|aux|nul|(?:com|lpt)\d)$/;

/** Returns what is wrong with a name as the API would say it; null where nothing is. */
export function nameProblem(name: string): Said | null {
  if (name === "") return { code: "name-empty" };
  if (name.length > LIMIT) {
    const params = { name: name.slice(0, SHOWN), length: name.length, limit: LIMIT };
    return { code: "name-too-long", params };
  }
  if (DEVICE.test(name.toLowerCase())) return { code: "name-reserved", params: { name } };
  return NAME.test(name) ? null : { code: "name-invalid", params: { name } };
}
