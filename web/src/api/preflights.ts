/** Preflights: what requirements need and where they fit, asked for while they are typed. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { use, useEffect, useEffectEvent, useState } from "react";

import { useSettled } from "../app/settled";
import { SessionContext } from "../app/who";
import { api, unwrap } from "./client";
import type { Platform } from "./editing";
import { ApiError } from "./problem";
import type { components } from "./schema.gen";

export type Preflight = components["schemas"]["Preflight"];
export type PreflightTarget = components["schemas"]["PreflightTarget"];
export type PreflightPackage = components["schemas"]["PreflightPackage"];
export type PreflightNode = components["schemas"]["PreflightNode"];
export type Has = PreflightPackage["has"][number];

export interface PreflightWish {
  requirements: string;
  python: string | null;
  platforms: readonly Platform[];
  /** Empty for the default. */
  placement: { nodes: string[]; select: Record<string, string> };
}

/** Milliseconds of rest in the typing before the controller is asked. */
const PAUSE = 300;
/** Milliseconds until a controller that gave no answer is asked again. */
const RETRY = 3_000;
/** What is forgotten soon: every keystroke is another question. */
const KEPT = 30_000;

function unanswered(error: Error | null): boolean {
  return error !== null && !(error instanceof ApiError && error.status < 500);
}

export interface PreflightState {
  /** The newest answer that there is; of an earlier question while `behind`. */
  answer: Preflight | undefined;
  /** Why there is none to this very question. */
  error: Error | null;
  /** Whether the question has changed since. */
  behind: boolean;
}

/**
 * Asks what a wish needs, once the typing rests; a keystroke ends the question before.
 *
 * @param wanted false while nobody may ask.
 */
export function usePreflight(wish: PreflightWish, wanted: boolean): PreflightState {
  const body = JSON.stringify(wish);
  const settled = useSettled(body, PAUSE) && wanted;
  const asked = useQuery({
    queryKey: ["preflight", body],
    enabled: settled,
    gcTime: KEPT,
    staleTime: KEPT,
    queryFn: ({ signal }) =>
      unwrap(
        api.POST("/api/v1/preflight", {
          body: { ...wish, platforms: [...wish.platforms] },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { error } }) => (unanswered(error) ? RETRY : false),
  });
  const { data, error, isPlaceholderData, isPending, isFetching, refetch } = asked;
  useSessionBack(error, () => void refetch());
  const behind = isPlaceholderData || (isPending && !error) || isFetching;
  // Until the next answer, what was said of the last questions stays.
  const [last, setLast] = useState<Last>({ answer: undefined, error: null });
  const answer = data ?? last.answer;
  const told = behind ? last.error : error;
  if (answer !== last.answer || told !== last.error) setLast({ answer, error: told });
  return { answer, error: told, behind };
}

type Last = Pick<PreflightState, "answer" | "error">;

/** Asks again once somebody whose session had ended has signed in. */
function useSessionBack(error: Error | null, ask: () => void): void {
  const session = use(SessionContext);
  const back = useEffectEvent(() => {
    if (error instanceof ApiError && error.status === 401) ask();
  });
  useEffect(() => {
    back();
  }, [session]);
}
