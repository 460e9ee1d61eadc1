import { setTimeout as wait } from 'node:timers/promises';
import type { App } from '../../../kernel/app.ts';

/** More than the provider takes to hash a password. What is slower than that is slow for other reasons. */
const FLOOR_MS = 300;

/**
 * Lets a failure take as long as any other: the provider says "unknown address" sooner than "wrong password", because it
 * has nothing to compare.
 */
export async function failEvenly<T>(work: () => Promise<T>): Promise<T> {
  const floor = wait(FLOOR_MS, undefined, { ref: false });
  try {
    return await work();
  } catch (error) {
    await floor;
    throw error;
  }
}

/**
 * Answers after the same time in any case, whether or not the work is over: a mail to somebody takes longer than no mail
 * to nobody. A failure until then is told, a later one is for the log.
 */
export async function answerEvenly(
  app: Pick<App, 'log'>,
  what: string,
  work: () => Promise<void>,
): Promise<void> {
  const state: { isAnswered: boolean; failure: { error: unknown } | null } = {
    isAnswered: false,
    failure: null,
  };
  void work().catch((error: unknown) => {
    if (state.isAnswered) app.log.error({ err: error }, `${what} failed after its answer`);
    else state.failure = { error };
  });
  await wait(FLOOR_MS);
  state.isAnswered = true;
  if (state.failure !== null) throw state.failure.error;
}
