/** The form behind a plan, kept in the browser's tab so that a reload does not lose it. */
import type { Environment } from "../../api/environment";
import type { Draft } from "../create/draft";

export interface Kept {
  base: Environment;
  draft: Draft;
}

const KEY = "venvoy.plan";

export function keepForm(plan: string, kept: Kept): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ plan, ...kept }));
  } catch {
    // Forbidden or full: the plan itself is at the controller.
  }
}

/** Returns the form that a plan was made from; null in any other tab. */
export function formOf(plan: string | null): Kept | null {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEY) ?? "null") as (Kept & { plan: string }) | null;
    return found && plan !== null && found.plan === plan ? found : null;
  } catch {
    return null;
  }
}
