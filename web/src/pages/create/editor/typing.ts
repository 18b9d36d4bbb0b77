/**
 * Typed text, put where the editor's own cursor is and not where the browser's is.
 *
 * Chromium joins selected lines with styles of its own making, which the page's content
 * security policy refuses with an error for each of them. And where marks of a line come
 * or go under the cursor, it moves the text to another element and may then write at the
 * line's begin, though it tells of the right place. Compositions are left to the browser.
 */
import { EditorView } from "@codemirror/view";

export const typing = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const typed = event.inputType === "insertText" ? event.data : null;
    if (typed === null || event.isComposing || view.composing || view.state.readOnly) return false;
    view.dispatch(view.state.replaceSelection(typed), {
      userEvent: "input.type",
      scrollIntoView: true,
    });
    event.preventDefault();
    return true;
  },
});
