/**
 * Lets a lower module announce a fact inside its transaction to modules it may not know: catalog
 * tells that a product became active, kuji seals the box. `main` connects the two. A hook runs in
 * the transaction of the one who announces, so both happen or neither.
 */
export type Hook<Payload> = { readonly name: string; readonly payload?: Payload };

export type HookStep<Tx, Payload> = (tx: Tx, payload: Payload) => Promise<void>;

export function defineHook<Payload>(name: string): Hook<Payload> {
  return Object.freeze({ name });
}

export type Hooks<Tx> = {
  on: <Payload>(hook: Hook<Payload>, step: HookStep<Tx, Payload>) => void;
  run: <Payload>(hook: Hook<Payload>, tx: Tx, payload: Payload) => Promise<void>;
};

/** An empty registry; steps of one hook run one after the other, in order of registration. */
export function createHooks<Tx>(): Hooks<Tx> {
  const steps = new Map<string, HookStep<Tx, never>[]>();
  return {
    on: (hook, step) => {
      steps.set(hook.name, [...(steps.get(hook.name) ?? []), step]);
    },
    run: async (hook, tx, payload) => {
      for (const step of steps.get(hook.name) ?? []) await step(tx, payload as never);
    },
  };
}
