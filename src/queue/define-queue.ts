import type { z } from 'zod';

export type QueueDefinition<Payload extends object = object> = {
  readonly name: string;
  /** Ids only: what a job needs is read when it runs, so a late job acts on the present. */
  readonly payload: z.ZodType<Payload>;
  readonly retryLimit: number;
  readonly retryDelaySeconds: number;
  readonly retryDelayMaxSeconds: number;
  /** After it a second worker may start the job while the first still runs: handlers are idempotent. */
  readonly expireInSeconds: number;
};

/** Declares a queue with the limits that fit most work here: 8 tries over about an hour. */
export function defineQueue<Payload extends object>(
  definition: Pick<QueueDefinition<Payload>, 'name' | 'payload'> &
    Partial<Omit<QueueDefinition<Payload>, 'name' | 'payload'>>,
): QueueDefinition<Payload> {
  return Object.freeze({
    retryLimit: 8,
    retryDelaySeconds: 5,
    retryDelayMaxSeconds: 3600,
    expireInSeconds: 60,
    ...definition,
  });
}

/** Where jobs go that failed on their last try; an operator looks at them and sends them back. */
export function deadLetterName(definition: { name: string }): string {
  return `${definition.name}-dead`;
}
