/** How the editor looks: the console's own colours, which change with its mode. */
import { EditorView } from "@codemirror/view";

function dot(colour: string, shape: Record<string, string>): Record<string, string> {
  return { content: "normal", width: "8px", height: "8px", background: colour, ...shape };
}

function wavy(colour: string): Record<string, string> {
  return {
    backgroundImage: "none",
    textDecoration: `underline wavy ${colour}`,
    textDecorationSkipInk: "none",
    textUnderlineOffset: "3px",
  };
}

export const look = EditorView.theme({
  "&": { color: "var(--text)", background: "var(--surface)", height: "100%" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--code)", fontSize: "13px", lineHeight: "1.6" },
  ".cm-content": { padding: "10px 0", caretColor: "var(--text)", overflowWrap: "anywhere" },
  ".cm-line": { padding: "0 12px 0 8px" },
  ".cm-placeholder": { color: "var(--quiet)", whiteSpace: "pre-wrap" },
  ".cm-gutters": { color: "var(--quiet)", background: "var(--raised)", border: "0" },
  ".cm-gutter-lint": { width: "16px" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0 4px" },
  ".cm-lint-marker": { marginTop: "6px" },
  ".cm-lint-marker-error": dot("var(--bad)", { borderRadius: "50%" }),
  ".cm-lint-marker-warning": dot("var(--warn)", { rotate: "45deg", scale: "0.85" }),
  ".cm-lintRange-error": wavy("var(--bad)"),
  ".cm-lintRange-warning": wavy("var(--warn)"),
  ".cm-lintPoint:after": { border: "0" },
  ".requirement-comment": { color: "var(--quiet)" },
  ".cm-tooltip": {
    color: "var(--text)",
    background: "var(--elevated)",
    border: "1px solid var(--border)",
    borderRadius: "8px",
    boxShadow: "0 6px 20px rgb(0 0 0 / 18%)",
    overflow: "hidden",
    maxWidth: "min(480px, 90vw)",
  },
  ".cm-diagnostic": {
    padding: "6px 12px",
    borderInlineStart: "0",
    fontFamily: "var(--font)",
    fontSize: "13px",
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    fontFamily: "var(--code)",
    fontSize: "13px",
    maxHeight: "12em",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 12px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    color: "var(--text)",
    background: "var(--chosen)",
    boxShadow: "inset 3px 0 var(--accent)",
  },
  ".cm-completionDetail": { color: "var(--quiet)", fontStyle: "normal" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "600" },
  ".cm-specialChar": { color: "var(--bad)" },
});
