// A connection's word that its worker is to end soon, made when somebody first asks for it: an AbortController costs as
// much as the rest of a short connection's bookkeeping, and most handlers never look at it.

export class Stopping {
  #controller: AbortController | undefined;
  #aborted = false;

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  abort(): void {
    this.#aborted = true;
    this.#controller?.abort();
  }
}
