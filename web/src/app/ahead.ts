/** What the first page will ask, asked while its code still loads and starts. */
import type { QueryClient } from "@tanstack/react-query";

import { environmentsQuestion } from "../api/environments";
import { sessionQuestion, type Who } from "../api/session";
import { LIST, wishOf } from "../pages/environments/wish";

/** Milliseconds that the first picture waits for the session, so that it need not be redrawn. */
const PATIENCE = 300;

/** Asks who is signed in, and then for the list where that is what the address shows. */
async function ask(queries: QueryClient, { pathname, search }: Location): Promise<void> {
  const { queryKey } = sessionQuestion(queries);
  await queries.prefetchQuery(sessionQuestion(queries));
  if (!queries.getQueryData<Who>(queryKey)?.session) return;
  if (pathname !== "/" && pathname !== LIST) return;
  void queries.prefetchQuery(environmentsQuestion(wishOf(new URLSearchParams(search))));
}

/** Resolves once who is signed in is known, or soon all the same; never fails. */
export async function askAhead(queries: QueryClient): Promise<void> {
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  await Promise.race([ask(queries, location), late]);
}
