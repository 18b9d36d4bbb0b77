/** The typed client, made from the API's own description. */
import createClient, { type Middleware } from "openapi-fetch";

import { ApiError, type Problem } from "./problem";
import type { paths } from "./schema.gen";

let csrfToken: string | null = null;

/** The token that a session's changes carry; null once signed out. */
export function setCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** The header that a session's changes carry. */
export function csrfHeaders(): Record<string, string> {
  return csrfToken ? { "X-CSRF-Token": csrfToken } : {};
}

const csrf: Middleware = {
  onRequest({ request }) {
    if (request.method === "GET") return request;
    for (const [name, value] of Object.entries(csrfHeaders())) request.headers.set(name, value);
    return request;
  },
};

export const api = createClient<paths>({ baseUrl: "/", credentials: "same-origin" });
api.use(csrf);

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

export function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "code" in value && "message" in value;
}

/** Returns an answer's data, or throws its problem. */
export async function unwrap<Data>(asked: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await asked;
  if (!response.ok) throw new ApiError(response.status, isProblem(error) ? error : null);
  return data as Data;
}
