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

/** Says what went wrong and what to do, in the language in use. */
export function wordsOf(error: unknown, texts: i18n): Words {
  if (!(error instanceof ApiError) || !error.problem) {
    return {
      message: texts.t("console.offline.message"),
      hint: texts.t("console.offline.hint"),
    };
  }
  const { code, message, hint } = error.problem;
  const params = error.problem.params ?? {};
  return {
    message: lookup(texts, `errors.${code}.message`, params, message) ?? code,
    hint: lookup(texts, `errors.${code}.hint`, params, hint ?? null),
  };
}
