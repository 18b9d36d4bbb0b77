/** The nonce that the page's content security policy asks of every style. */
export function nonce(): string | undefined {
  return document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce;
}
