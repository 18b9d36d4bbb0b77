/** The one translator of errors: a problem's code and parameters become words. */
import type { i18n } from "i18next";

import type { components } from "./schema.gen";

export type Problem = components["schemas"]["Problem"];

/** A refusal or a failure that the controller answered. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem | null;

  constructor(status: number, problem: Problem | null) {
    super(problem?.code ?? `http-${String(status)}`);
    this.name = "ApiError";
    this.status = status;
    this.problem = problem;
  }
}

/** What is needed to say something: a code of the catalogue, and words where it has none. */
export interface Said {
  code: string;
  params?: Readonly<Record<string, unknown>>;
  message?: string;
  hint?: string | null;
}

/** Whether nobody is signed in any more: the page's frame says so, once for all its parts. */
export function signedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}

export interface Words {
  message: string;
  hint: string | null;
}

function lookup(
  texts: i18n,
  key: string,
  params: Record<string, unknown>,
  otherwise: string | null,
): string | null {
  return texts.exists(key) ? texts.t(key, params) : otherwise;
}

/** Says an error of the catalogue, as of a whole request or of one line of requirements. */
export function say({ code, params = {}, message, hint }: Said, texts: i18n): Words {
  return {
    message: lookup(texts, `errors.${code}.message`, { ...params }, message ?? null) ?? code,
    hint: lookup(texts, `errors.${code}.hint`, { ...params }, hint ?? null),
  };
}

/** Says what went wrong and what to do, in the language in use. */
export function wordsOf(error: unknown, texts: i18n): Words {
  if (!(error instanceof ApiError) || !error.problem) {
    return {
      message: texts.t("console.offline.message"),
      hint: texts.t("console.offline.hint"),
    };
  }
  return say(error.problem, texts);
}

/** The code of a refusal; null for what was no refusal. */
export function codeOf(error: unknown): string | null {
  return error instanceof ApiError ? (error.problem?.code ?? null) : null;
}
