/** How questions to the controller are asked, and what their failure means for the session. */
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";

import { ApiError } from "../api/problem";
import { sessionLost } from "../api/session";

/** Questions that the controller has understood and refused are not asked again. */
export function again(failures: number, error: Error): boolean {
  return failures < 2 && !(error instanceof ApiError && error.status < 500);
}

export function createQueries(): QueryClient {
  const queries: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        sessionLost(queries, error, query.meta);
      },
    }),
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => {
        sessionLost(queries, error, mutation.meta);
      },
    }),
    defaultOptions: {
      // A browser without internet calls itself offline and still reaches the controller.
      queries: { retry: again, staleTime: 2_000, networkMode: "always" },
      mutations: { networkMode: "always" },
    },
  });
  return queries;
}
