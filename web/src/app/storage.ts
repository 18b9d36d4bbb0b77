/** Small choices kept in the browser; a browser that forbids it just forgets them. */

const PREFIX = "venvoy.";

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {
    // Forbidden or full: the choice holds for this page.
  }
}
