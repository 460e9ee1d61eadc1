/** Chance that can be repeated: the same seed gives the same choices. */
export type Chance = {
  /** A uniform integer, 0 <= n < `below`. */
  int: (below: number) => number;
  /** True with this probability. */
  chance: (probability: number) => boolean;
  /** One of these, each with its weight. */
  weighted: <T extends string>(weights: Record<T, number>) => T;
  pick: <T>(values: readonly T[]) => T;
};

/** Mulberry32: small, fast, and good enough to choose what a shopper does. */
export function seededRandom(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (below: number) => Math.floor(next() * below);
  return {
    int,
    chance: (probability) => next() < probability,
    weighted: (weights) => {
      const entries = Object.entries<number>(weights) as [keyof typeof weights, number][];
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [value, weight] of entries) {
        left -= weight;
        if (left < 0) return value;
      }
      throw new RangeError('There is nothing to choose from.');
    },
    pick: (values) => {
      const value = values[int(values.length)];
      if (value === undefined) throw new RangeError('There is nothing to choose from.');
      return value;
    },
  };
}
