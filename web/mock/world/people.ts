/** Who may sign in, who is signed in, and with which role. */
import { notFound, Refusal } from "../http/refusal";
import type { Role, Schemas } from "../schema";
import type { Clock } from "./clock";
import { DAY } from "./clock";
import { digits } from "./random";

export type UserRow = Schemas["User"] & { password: string };

export interface SessionRow {
  username: string;
  role: Role;
  csrf_token: string;
  expires_at: string;
}

const RANKS: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 };
const FAILURES = 10;

/** Refuses a role that is too low. */
export function require(held: Role, needed: Role): void {
  if (RANKS[held] < RANKS[needed]) throw new Refusal(403, "role-too-low", { held, needed });
}

export class People {
  readonly users = new Map<string, UserRow>();
  readonly tokens: Schemas["Token"][] = [];
  private readonly clock: Clock;
  private readonly sessions = new Map<string, SessionRow>();
  private readonly ended = new Set<string>();
  private readonly failures = new Map<string, number>();
  private opened = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  user(username: string): UserRow {
    const user = this.users.get(username);
    if (!user) throw notFound("user-not-found", { username: username.slice(0, 80) });
    return user;
  }

  signIn(username: string, password: string): { cookie: string; session: SessionRow } {
    const failed = this.failures.get(username) ?? 0;
    if (failed >= FAILURES) throw new Refusal(429, "sign-in-limited", { retry_after: 900 });
    const user = this.users.get(username);
    if (user?.password !== password) {
      this.failures.set(username, failed + 1);
      throw new Refusal(401, "sign-in-failed");
    }
    if (user.disabled) throw new Refusal(401, "user-disabled");
    this.failures.delete(username);
    user.last_sign_in_at = this.clock.at();
    this.opened += 1;
    const cookie = digits(`cookie ${String(this.opened)} ${username}`, 32);
    const session = {
      username,
      role: user.role,
      csrf_token: digits(`csrf ${cookie}`, 32),
      expires_at: this.clock.at(-30 * DAY),
    };
    this.sessions.set(cookie, session);
    return { cookie, session };
  }

  signOut(cookie: string): void {
    this.sessions.delete(cookie);
  }

  /** Who a cookie belongs to. */
  known(cookie: string | null): SessionRow {
    const session = cookie === null ? undefined : this.sessions.get(cookie);
    if (session) return session;
    throw new Refusal(401, cookie && this.ended.has(cookie) ? "session-ended" : "sign-in-needed");
  }

  /** Ends every session, as time does. */
  expire(): void {
    for (const cookie of this.sessions.keys()) this.ended.add(cookie);
    this.sessions.clear();
  }
}
