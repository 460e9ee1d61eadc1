export type Budget = {
  /** Runs `work` when `amount` is free; it is free again when the work has ended, in whatever way. */
  spend: <T>(amount: number, work: () => Promise<T>) => Promise<T>;
  /** The same for work that is not worth waiting for: null if `amount` is not free at once. */
  spendIfFree: <T>(amount: number, work: () => Promise<T>) => Promise<T | null>;
};

/**
 * Bounds what runs at once: the amounts of all work under way add up to at most `total`. What does not fit waits, in the
 * order in which it came, so that something large is not overtaken for ever. An amount above `total` waits for everything.
 */
export function createBudget(total: number): Budget {
  const waiting: { amount: number; start: () => void }[] = [];
  let free = total;

  function startWhatFits(): void {
    for (let next = waiting[0]; next && next.amount <= free; next = waiting[0]) {
      waiting.shift();
      free -= next.amount;
      next.start();
    }
  }

  const spend: Budget['spend'] = async (wanted, work) => {
    const amount = Math.min(wanted, total);
    await new Promise<void>((start) => {
      waiting.push({ amount, start });
      startWhatFits();
    });
    try {
      return await work();
    } finally {
      free += amount;
      startWhatFits();
    }
  };
  return {
    spend,
    spendIfFree: async (wanted, work) => {
      const fits = waiting.length === 0 && Math.min(wanted, total) <= free;
      return fits ? spend(wanted, work) : null;
    },
  };
}
