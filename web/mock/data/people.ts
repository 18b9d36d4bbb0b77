/** Who works with it. The first three are for signing in; all have the same password. */
import type { Role } from "../schema";
import { type Clock, DAY, HOUR } from "../world/clock";
import type { Ids } from "../world/ids";
import type { UserRow } from "../world/people";

/** Of every user of the mock. */
export const PASSWORD = "venvoy";

const USERS: [username: string, role: Role, disabled?: boolean][] = [
  ["admin", "admin"],
  ["operator", "operator"],
  ["viewer", "viewer"],
  ["wang.fang", "operator"],
  ["zhang.wei", "operator"],
  ["li.na", "admin"],
  ["chen.jie", "viewer", true],
];

export function users(clock: Clock, ids: Ids): UserRow[] {
  return USERS.map(([username, role, disabled = false], place) => ({
    id: ids.next(),
    username,
    role,
    disabled,
    password: PASSWORD,
    created_at: clock.at((90 - place) * DAY),
    last_sign_in_at: place < 3 ? null : clock.at(place * 3 * HOUR),
  }));
}
