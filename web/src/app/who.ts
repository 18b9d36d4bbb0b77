/** Who looks at the page, for what they may do. */
import { createContext, use } from "react";

import type { Role, Session } from "../api/session";

const RANKS: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 };

export const SessionContext = createContext<Session | null>(null);

/** Whether somebody with this role has the rights of another. */
export function reaches(role: Role, needed: Role): boolean {
  return RANKS[role] >= RANKS[needed];
}

/** Whether the viewer has at least this role; the controller decides in the end. */
export function useMay(needed: Role): boolean {
  const session = use(SessionContext);
  return session !== null && reaches(session.role, needed);
}
