/** What the API refuses, and the one document that says so (`api/problems.py`). */
import { STATUS_CODES } from "node:http";

import type { CauseRow, Scalar, Schemas } from "../schema";
import type { Language, Say } from "../texts";

export interface Issue {
  line: number;
  code: string;
  params: Record<string, Scalar>;
}

export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly params: Record<string, unknown>;
  /** Lines of a requirements text that are refused. */
  lines: Issue[] = [];
  /** Why work that was waited for failed. */
  cause_: CauseRow | null = null;

  constructor(status: number, code: string, params: Record<string, unknown> = {}) {
    super(code);
    this.name = "Refusal";
    this.status = status;
    this.code = code;
    this.params = params;
  }
}

export const invalid = (code: string, params: Record<string, unknown> = {}) =>
  new Refusal(422, code, params);
export const notFound = (code: string, params: Record<string, unknown> = {}) =>
  new Refusal(404, code, params);
export const conflict = (code: string, params: Record<string, unknown> = {}) =>
  new Refusal(409, code, params);

/** A cause in the reader's language; one without a text shows its code. */
export function causeIn(cause: CauseRow, language: Language, say: Say): Schemas["CauseView"] {
  const key = `causes.${cause.code}`;
  return {
    ...cause,
    message: say(language, `${key}.message`, cause.params) ?? cause.code,
    remedy: say(language, `${key}.remedy`, cause.params) ?? "",
  };
}

export function problemOf(refusal: Refusal, language: Language, say: Say): Schemas["Problem"] {
  const { status, code, params } = refusal;
  const key = `errors.${code}`;
  return {
    type: "about:blank",
    title: STATUS_CODES[status] ?? "",
    status,
    code,
    params,
    message: say(language, `${key}.message`, params) ?? code,
    hint: say(language, `${key}.hint`, params),
    lines: refusal.lines.map((issue) => ({
      ...issue,
      message: say(language, `errors.${issue.code}.message`, issue.params) ?? issue.code,
      hint: say(language, `errors.${issue.code}.hint`, issue.params),
    })),
    cause: refusal.cause_ && causeIn(refusal.cause_, language, say),
  };
}
