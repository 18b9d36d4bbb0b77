/** Who asks, and whether a page of this origin asks for them (`api/auth.py`). */
import type { IncomingHttpHeaders } from "node:http";

import type { Role } from "../schema";
import { type People, require, type SessionRow } from "../world/people";
import { Refusal } from "./refusal";

export const COOKIE = "venvoy_session";
const CSRF = "X-CSRF-Token";
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

export function cookieOf(headers: IncomingHttpHeaders): string | null {
  const pairs = (headers.cookie ?? "").split(";").map((pair) => pair.trim().split("="));
  return pairs.find(([name]) => name === COOKIE)?.[1] ?? null;
}

/** Refuses what a page of another origin makes a browser send. */
function checkOrigin(headers: IncomingHttpHeaders): void {
  const { origin, host } = headers;
  const site = String(headers["sec-fetch-site"] ?? "none");
  const foreign = origin !== undefined && origin.replace(/^\w+:\/\//, "") !== host;
  if (foreign || (site !== "same-origin" && site !== "none")) {
    throw new Refusal(403, "origin-foreign", { origin: origin ?? site });
  }
}

/** Returns who asks; refuses them where their role is too low, or their token missing. */
export function identify(
  people: People,
  method: string,
  headers: IncomingHttpHeaders,
  role: Role | null,
): SessionRow | null {
  if (role === null) {
    if (!SAFE.has(method)) checkOrigin(headers);
    return null;
  }
  const session = people.known(cookieOf(headers));
  if (!SAFE.has(method)) {
    checkOrigin(headers);
    const given = headers[CSRF.toLowerCase()];
    if (given !== session.csrf_token) throw new Refusal(403, "csrf-missing", { header: CSRF });
  }
  require(session.role, role);
  return session;
}
