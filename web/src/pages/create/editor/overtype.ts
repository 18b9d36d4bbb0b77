/**
 * Typing over a selection, done by the editor and not by the browser.
 *
 * Chromium joins the selected lines with styles of its own making, which the page's
 * content security policy refuses with an error for each of them.
 */
import { EditorView } from "@codemirror/view";

export const overtype = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const typed = event.inputType === "insertText" ? event.data : null;
    const { readOnly, selection } = view.state;
    if (typed === null || event.isComposing || readOnly || selection.main.empty) return false;
    view.dispatch(view.state.replaceSelection(typed), {
      userEvent: "input.type",
      scrollIntoView: true,
    });
    event.preventDefault();
    return true;
  },
});
