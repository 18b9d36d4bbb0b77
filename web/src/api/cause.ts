/** Why work failed, in the language in use. */
import type { i18n } from "i18next";

import type { components } from "./schema.gen";

export type Cause = components["schemas"]["CauseView"];

/** Returns the catalogue's words for a cause; those of a newer controller where it has none. */
export function causeWords(cause: Cause, texts: i18n): { message: string; remedy: string } {
  const say = (part: "message" | "remedy") => {
    const key = `causes.${cause.code}.${part}`;
    return texts.exists(key) ? texts.t(key, { ...cause.params }) : cause[part];
  };
  return { message: say("message"), remedy: say("remedy") };
}
