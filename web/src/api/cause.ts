/** Why work failed, in the language in use. */
import type { i18n } from "i18next";

import type { components } from "./schema.gen";

export type Cause = components["schemas"]["CauseView"];

/** Where work failed; null for what it has nothing to do with, as a resolution with a node. */
export interface Place {
  environment: string | null;
  node: string | null;
  /** The id of the operation that failed. */
  operation: string | null;
}

/** Returns the catalogue's words for a cause; those of a newer controller where it has none. */
export function causeWords(cause: Cause, texts: i18n): { message: string; remedy: string } {
  const say = (part: "message" | "remedy") => {
    const key = `causes.${cause.code}.${part}`;
    return texts.exists(key) ? texts.t(key, { ...cause.params }) : cause[part];
  };
  return { message: say("message"), remedy: say("remedy") };
}

/** Says where it failed and what is to blame; a newer controller's words as they are. */
export function whereWords(cause: Cause, texts: i18n): string {
  const step = texts.t(`steps.${cause.step}`, { defaultValue: cause.step });
  const hop = texts.t(`hops.${cause.hop}`, { defaultValue: cause.hop });
  return texts.t("console.cause.where", { step, hop });
}

/** Names what failed: "Why it failed on local", and of a resolution just "Why it failed". */
export function causeLabel({ node }: Place, texts: i18n): string {
  return node ? texts.t("console.cause.label", { node }) : texts.t("console.cause.label-alone");
}

/** Returns the command that prints the whole log, null where there is none for it. */
export function logCommand({ environment, node }: Place): string | null {
  if (!environment) return null;
  return `venvoy env logs ${environment}${node ? ` --node ${node}` : ""}`;
}

/** Returns all that a cause's card says as plain text, to be sent to somebody. */
export function causeText(cause: Cause, place: Place, texts: i18n): string {
  const { message, remedy } = causeWords(cause, texts);
  const { environment, operation } = place;
  const known = [environment, cause.code, operation].filter(Boolean).join(" · ");
  const again = cause.transient ? texts.t("console.cause.transient") : null;
  return [
    `${causeLabel(place, texts)} (${known})`,
    message,
    remedy,
    [whereWords(cause, texts), again].filter(Boolean).join(" · "),
    ...(cause.evidence ?? []),
  ].join("\n");
}
