/** Marks as the editor shows them: under their lines, in the margin, told at the pointer. */
import type { Diagnostic } from "@codemirror/lint";
import type { Text } from "@codemirror/state";

import type { Mark } from "../marks";

/** Returns the marks of lines that there are; the text may have changed since they were made. */
export function diagnosticsOf(marks: readonly Mark[], doc: Text): Diagnostic[] {
  return marks
    .filter(({ line }) => line >= 1 && line <= doc.lines)
    .map(({ line, severity, message, hint }) => {
      const { from, to } = doc.line(line);
      return { from, to, severity, message: hint ? `${message}\n${hint}` : message };
    });
}
