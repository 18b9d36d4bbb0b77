/** The catalogue's short lines, as a page shows them. */

export interface Piece {
  text: string;
  code: boolean;
}

// The command line begins its lines small; on a page they are sentences. uv is a name.
function begun(text: string): string {
  return /^(?!uv\b)\p{Ll}/u.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** Splits a line at its backticks: every second piece is code. */
export function pieces(line: string): Piece[] {
  return line
    .split("`")
    .map((text, index) => ({ text: index === 0 ? begun(text) : text, code: index % 2 === 1 }))
    .filter(({ text }) => text !== "");
}
