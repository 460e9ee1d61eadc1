import { AsyncLocalStorage } from 'node:async_hooks';

type OpenTransaction = { label: string };

const openTransaction = new AsyncLocalStorage<OpenTransaction>();

/** Runs `work` as the inside of a transaction, so that what it calls can tell. */
export function runInsideTransaction<T>(label: string, work: () => Promise<T>): Promise<T> {
  return openTransaction.run({ label }, work);
}

/** The label of the transaction this code runs in, or null. */
export function currentTransaction(): string | null {
  return openTransaction.getStore()?.label ?? null;
}

/**
 * Throws when called inside a transaction. Every provider call begins with it: a row lock held
 * across the network makes all shoppers of that row wait for somebody else's server.
 */
export function assertOutsideTransaction(call: string): void {
  const label = currentTransaction();
  if (label !== null) {
    throw new Error(`${call} was called inside the transaction "${label}"`);
  }
}
