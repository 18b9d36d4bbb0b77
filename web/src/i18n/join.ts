/** A language's texts: the catalogue's files laid together. */

export interface Texts {
  [key: string]: string | Texts;
}

/** Lays `other` over `into`, section by section. */
export function merge(into: Texts, other: Texts): Texts {
  for (const [key, value] of Object.entries(other)) {
    const present = into[key];
    into[key] =
      typeof value === "object" && typeof present === "object"
        ? merge({ ...present }, value)
        : value;
  }
  return into;
}

/** Returns the texts of all files, which `import.meta.glob` gives by path. */
export function join(files: Record<string, Texts>): Texts {
  return Object.values(files).reduce<Texts>(merge, {});
}
