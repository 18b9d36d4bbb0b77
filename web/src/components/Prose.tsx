/** A line of the catalogue, its literals set as code. */
import { pieces } from "../app/prose";

export function Prose({ text }: { text: string }) {
  return pieces(text).map((piece, index) =>
    piece.code ? <code key={index}>{piece.text}</code> : piece.text,
  );
}
