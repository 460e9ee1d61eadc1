/** What all processes together have counted under one key. */
export type SharedCount = {
  count: number;
  /** Until the count begins anew. */
  resetMs: number;
};

/** Counters that several processes share. */
export type CounterPort = {
  /**
   * Adds to a counter, which begins anew `seconds` after its first addition. Null where the store does not answer: whoever
   * asks goes on with what he has counted himself.
   */
  add: (addition: {
    scope: string;
    key: string;
    seconds: number;
    amount: number;
  }) => Promise<SharedCount | null>;
  /** Resolves if the store answers. @throws whatever its client says if not */
  ask: () => Promise<void>;
  close: () => Promise<void>;
};
