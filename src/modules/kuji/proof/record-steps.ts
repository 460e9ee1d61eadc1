import { Misfit } from './read-fields.ts';

/** A value that a check worked on or came to, for whoever computes it with a program of his own. */
export type Evidence = { readonly label: string; readonly value: string };

/** One named check of a verification. `skipped`: there was nothing to check it with, and `detail` says why. */
export type Step = {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly skipped?: true;
  readonly evidence?: readonly Evidence[];
};

/** What a check found out: a sentence for people, and what the next checks need. */
export type Finding<T> = {
  readonly detail: string;
  readonly value: T;
  readonly skipped?: true;
  readonly evidence?: readonly Evidence[];
};

export type TakeStep = <T>(name: string, check: () => Promise<Finding<T>>) => Promise<T>;

/**
 * Runs checks one after the other up to the first that does not fit. Never rejects: a fault of the verifier itself is a
 * failed step too, since "could not be checked" must not look like "fits".
 */
export async function recordSteps(verify: (take: TakeStep) => Promise<void>): Promise<Step[]> {
  const steps: Step[] = [];
  let current = 'Start';
  const take: TakeStep = async (name, check) => {
    current = name;
    const { detail, value, skipped, evidence } = await check();
    steps.push({
      name,
      ok: true,
      detail,
      ...(skipped && { skipped }),
      ...(evidence && { evidence }),
    });
    return value;
  };
  try {
    await verify(take);
  } catch (error) {
    const detail =
      error instanceof Misfit ? error.message : `This could not be checked: ${String(error)}`;
    steps.push({ name: current, ok: false, detail });
  }
  return steps;
}

/** Whether a verification went through. Steps that were skipped count as nothing. */
export function everyStepFits(steps: readonly Step[]): boolean {
  return steps.length > 0 && steps.every(({ ok }) => ok);
}

/** A check that went well and has nothing for the next ones; `evidence` by its labels. */
export function found(detail: string, evidence: Record<string, string> = {}): Finding<null> {
  const values = Object.entries(evidence).map(([label, value]) => ({ label, value }));
  return { detail, value: null, ...(values.length > 0 && { evidence: values }) };
}
