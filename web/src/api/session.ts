/** Who is signed in. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, setCsrfToken, unwrap } from "./client";
import { ApiError } from "./problem";
import type { components } from "./schema.gen";

export type Session = components["schemas"]["Session"];

const KEY = ["session"];

async function who(): Promise<Session | null> {
  try {
    const session = await unwrap(api.GET("/api/v1/session"));
    setCsrfToken(session.csrf_token ?? null);
    return session;
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

export function useSession() {
  return useQuery({ queryKey: KEY, queryFn: who, staleTime: 60_000 });
}

export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: components["schemas"]["SignIn"]) => unwrap(api.POST("/api/v1/session", { body })),
    onSuccess: (session) => {
      setCsrfToken(session.csrf_token ?? null);
      queries.setQueryData(KEY, session);
    },
  });
}

export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.DELETE("/api/v1/session")),
    onSettled: () => {
      setCsrfToken(null);
      queries.clear();
      queries.setQueryData(KEY, null);
    },
  });
}
