/** Completion of packages' names from what the installation knows. */
import type { CompletionContext, CompletionResult } from "@codemirror/autocomplete";

import { namesLike } from "../../../api/packages";

/** Only where a line begins: what stands behind a name are versions, extras and markers. */
const NAME = /^\s*[A-Za-z0-9][\w.-]*$/;

function begun(context: CompletionContext): { from: number; text: string } | null {
  const { from, text } = context.state.doc.lineAt(context.pos);
  const typed = text.slice(0, context.pos - from);
  if (!NAME.test(typed)) return null;
  const name = typed.trimStart();
  return { from: context.pos - name.length, text: name };
}

/** Names that begin like, or hold, what is typed; none when the controller does not say. */
export async function completeName(context: CompletionContext): Promise<CompletionResult | null> {
  const word = begun(context);
  if (!word) return null;
  const ending = new AbortController();
  context.addEventListener("abort", () => {
    ending.abort();
  });
  try {
    const names = await namesLike(word.text, ending.signal);
    const options = names
      .filter(({ name }) => name !== word.text.toLowerCase())
      .map(({ name, version }) => ({ label: name, detail: version }));
    return options.length > 0 ? { from: word.from, options, filter: false } : null;
  } catch {
    return null; // a help and no more: the text can be typed
  }
}
