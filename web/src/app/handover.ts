/** Giving text to the viewer's own machine: its clipboard, or a file. */

/** The way of old, which works where a page came without TLS. */
function copyOfOld(text: string): boolean {
  let taken = false;
  const put = (event: ClipboardEvent) => {
    event.preventDefault();
    event.stopPropagation();
    event.clipboardData?.setData("text/plain", text);
    taken = event.clipboardData !== null;
  };
  document.addEventListener("copy", put, { capture: true });
  try {
    document.execCommand("copy"); // deprecated, and all there is without TLS
    return taken;
  } catch {
    return false;
  } finally {
    document.removeEventListener("copy", put, { capture: true });
  }
}

/** Copies text; returns whether the browser let it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyOfOld(text); // no permission, or no clipboard outside of secure origins
  }
}

/** Saves text as a file, as if it had been downloaded. */
export function saveText(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // Not at once: the browser reads it after this.
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 10_000);
}
