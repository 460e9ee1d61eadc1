import type { OddMaker } from './core.ts';

export type Oddities = {
  register: (kind: string, make: OddMaker) => void;
  kinds: () => string[];
  /** `unknown`: no such kind; `nothing`: no such target, or it cannot happen to it. */
  make: (kind: string, target: string) => Promise<'done' | 'unknown' | 'nothing'>;
};

/** What providers do rarely and on their own: each kind is told by the stand-in that can do it. */
export function createOddities(): Oddities {
  const makers = new Map<string, OddMaker>();
  return {
    register: (kind, make) => {
      makers.set(kind, make);
    },
    kinds: () => [...makers.keys()].sort(),
    make: async (kind, target) => {
      const make = makers.get(kind);
      if (make === undefined) return 'unknown';
      return (await make(target)) ? 'done' : 'nothing';
    },
  };
}
