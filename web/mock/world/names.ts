/** Names of environments: plain file names on every platform (`domain/name.py`). */
import { invalid } from "../http/refusal";

const LONGEST = 63;
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)$/;

export function checkName(name: string): void {
  const { length } = name;
  const shown = name.slice(0, 80);
  if (!name) throw invalid("name-empty");
  if (length > LONGEST) throw invalid("name-too-long", { name: shown, length, limit: LONGEST });
  if (DEVICES.test(name.toLowerCase())) throw invalid("name-reserved", { name });
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(name)) throw invalid("name-invalid", { name: shown });
}
