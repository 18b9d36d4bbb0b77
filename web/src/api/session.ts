/** Who is signed in, and why not any more. */
import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, setCsrfToken, unwrap } from "./client";
import { ApiError } from "./problem";
import type { components } from "./schema.gen";

export type Session = components["schemas"]["Session"];
export type Role = Session["role"];

/** How a session ended, and whose it was; null where that page never had one. */
export interface Lost {
  error: ApiError;
  session: Session | null;
}

export interface Who {
  session: Session | null;
  lost: Lost | null;
}

const KEY = ["session"];
const RETRY = 3_000;
/** Marks questions whose refusal says nothing of a session that there was. */
const UNRELATED = { unrelated: true };

function refused(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 401;
}

function known(queries: QueryClient): Session | null {
  const who = queries.getQueryData<Who>(KEY);
  return who?.session ?? who?.lost?.session ?? null;
}

/**
 * Takes note that the controller did not know this browser. It may know it by now: a
 * question that was asked before somebody signed in again may be answered after that.
 * So it is asked who is signed in, and only the answer to that counts.
 */
export function sessionLost(
  queries: QueryClient,
  error: Error,
  meta: Record<string, unknown> | undefined,
): void {
  if (!refused(error) || meta?.unrelated) return;
  void queries.invalidateQueries({ queryKey: KEY });
}

/** Drops what one person has seen, which is not for the next one. */
function forget(queries: QueryClient): void {
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== KEY[0] });
}

async function who(queries: QueryClient): Promise<Who> {
  try {
    const session = await unwrap(api.GET("/api/v1/session"));
    setCsrfToken(session.csrf_token ?? null);
    return { session, lost: null };
  } catch (error) {
    if (!refused(error)) throw error;
    setCsrfToken(null);
    const session = known(queries);
    const never = error.problem?.code === "sign-in-needed" && !session;
    return { session: null, lost: never ? null : { error, session } };
  }
}

export function sessionQuestion(queries: QueryClient) {
  return queryOptions({ queryKey: KEY, queryFn: () => who(queries), staleTime: 60_000 });
}

export function useSession() {
  return useQuery({
    ...sessionQuestion(useQueryClient()),
    refetchInterval: (query) => (query.state.status === "error" ? RETRY : false),
  });
}

export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    meta: UNRELATED,
    mutationFn: (body: components["schemas"]["SignIn"]) =>
      unwrap(api.POST("/api/v1/session", { body })),
    onSuccess: (session) => {
      // An answer that is still under way is of the time before.
      void queries.cancelQueries({ queryKey: KEY }, { silent: true });
      setCsrfToken(session.csrf_token ?? null);
      const same = known(queries)?.username === session.username;
      if (!same) forget(queries);
      queries.setQueryData<Who>(KEY, { session, lost: null });
      if (same) void queries.invalidateQueries({ queryKey: ["live"] });
    },
  });
}

export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    meta: UNRELATED,
    mutationFn: async () => {
      try {
        await unwrap(api.DELETE("/api/v1/session"));
      } catch (error) {
        if (!refused(error)) throw error; // still signed in, and the page must say so
      }
    },
    onSuccess: () => {
      setCsrfToken(null);
      queries.setQueryData<Who>(KEY, { session: null, lost: null });
      forget(queries);
    },
  });
}
