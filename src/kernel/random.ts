import { randomBytes, randomInt } from 'node:crypto';

/** Source of unpredictable values; one object, so that a test can give a seeded one. */
export type Random = {
  /** `size` bytes from the operating system's generator. */
  bytes: (size: number) => Buffer;
  /** A uniform integer, 0 <= n < `below`. */
  int: (below: number) => number;
};

export const systemRandom: Random = {
  bytes: (size) => randomBytes(size),
  int: (below) => randomInt(below),
};
