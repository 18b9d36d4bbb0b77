/** Which part of a form a refusal is about. */
import { ApiError, type Said } from "../../api/problem";

export interface Refusals {
  name: Said | null;
  python: Said | null;
  /** What belongs to no field; null too for what the page itself deals with. */
  rest: Error | null;
}

const OF_NAME = /^(?:name-|environment-exists$)/;
const OF_PYTHON = /^python-/;

/**
 * Sorts an error to the field that it is about.
 *
 * Refused lines stand at the lines, and for a session that ended the whole page asks.
 */
export function refusalsOf(error: Error | null): Refusals {
  const none: Refusals = { name: null, python: null, rest: null };
  const problem = error instanceof ApiError ? error.problem : null;
  if (!problem) return { ...none, rest: error };
  if (OF_NAME.test(problem.code)) return { ...none, name: problem };
  if (OF_PYTHON.test(problem.code)) return { ...none, python: problem };
  const elsewhere = problem.status === 401 || (problem.lines ?? []).length > 0;
  return { ...none, rest: elsewhere ? null : error };
}
