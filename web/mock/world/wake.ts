/** Wakes whoever waits for something to change. */

export class Wake {
  private sleepers = new Set<() => void>();

  ring(): void {
    const woken = this.sleepers;
    this.sleepers = new Set();
    for (const wake of woken) wake();
  }

  /** Returns at the next ring, when `signal` says so, or after `limit` milliseconds. */
  wait(signal: AbortSignal, limit?: number): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        this.sleepers.delete(done);
        resolve();
      };
      const timer = limit === undefined ? undefined : setTimeout(done, limit);
      signal.addEventListener("abort", done);
      this.sleepers.add(done);
    });
  }
}
