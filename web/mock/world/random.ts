/** Numbers that look random and are the same in every run. */

/** Returns a source of numbers from 0 up to 1 (mulberry32). */
export function source(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Hexadecimal digits that depend on nothing but `text`. */
export function digits(text: string, length: number): string {
  let seed = 0;
  for (const letter of text) seed = (Math.imul(seed, 31) + (letter.codePointAt(0) ?? 0)) | 0;
  const next = source(seed);
  return Array.from({ length }, () => Math.floor(next() * 16).toString(16)).join("");
}
