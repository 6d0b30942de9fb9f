// Whether an address is one of this machine alone. Used where the pages are configured and where they are served.

/** A name may mean anything tomorrow, but for this one. */
export function isLoopback(host: string): boolean {
  return /^(127(\.\d{1,3}){3}|::1|localhost)$/i.test(host);
}
