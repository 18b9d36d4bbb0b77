/** The part of a page's state that its address holds, so that it can be sent to others. */
import { useCallback } from "react";
import { useSearchParams } from "react-router";

export type Changes = Record<string, string | readonly string[] | null>;
export type Change = (changes: Changes, how?: { replace?: boolean }) => void;

/** Returns the parameters after some changes: null, "" and [] take one away. */
export function changed(before: URLSearchParams, changes: Changes): URLSearchParams {
  const after = new URLSearchParams(before);
  for (const [key, value] of Object.entries(changes)) {
    const [first, ...others] = typeof value === "string" ? [value] : (value ?? []);
    // What stays keeps its place, so that the same wish is always the same address.
    if (first) after.set(key, first);
    else after.delete(key);
    for (const other of others) after.append(key, other);
  }
  return after;
}

/** Returns the one of `known` that a parameter names; what somebody mistyped is not given. */
export function oneOf<Known extends string>(
  params: URLSearchParams,
  key: string,
  known: readonly Known[],
): Known | null {
  const given = params.get(key);
  return known.find((each) => each === given) ?? null;
}

/** Returns those of `known` that a parameter names, in the order of `known`. */
export function someOf<Known extends string>(
  params: URLSearchParams,
  key: string,
  known: readonly Known[],
): Known[] {
  const given = params.getAll(key);
  return known.filter((each) => given.includes(each));
}

/** The address's parameters and how to change them: each change is a step to go back from. */
export function useAddress(): [URLSearchParams, Change] {
  const [params, setParams] = useSearchParams();
  const change = useCallback<Change>(
    (changes, { replace = false } = {}) => {
      setParams((before) => changed(before, changes), { replace });
    },
    [setParams],
  );
  return [params, change];
}
