import { z } from 'zod';

/** What a test tells its child process to do. Each order is answered, in the order of their ends. */
export const childOrder = z.discriminatedUnion('type', [
  z.object({
    id: z.number(),
    type: z.literal('start'),
    environment: z.record(z.string(), z.string()),
    offsetMs: z.number(),
    providerTimeoutMs: z.number().optional(),
  }),
  z.object({ id: z.number(), type: z.literal('clock'), offsetMs: z.number() }),
  /** Runs one job as its schedule does. */
  z.object({ id: z.number(), type: z.literal('job'), name: z.string() }),
  /** Works all queued jobs until nothing is left. */
  z.object({ id: z.number(), type: z.literal('drain') }),
  /** The queue's housekeeping, which workers do each minute. */
  z.object({ id: z.number(), type: z.literal('tidy') }),
]);

export type ChildOrder = z.infer<typeof childOrder>;

export const childAnswer = z.object({
  id: z.number(),
  /** Null: it is done. */
  error: z.string().nullable(),
});

export type ChildAnswer = z.infer<typeof childAnswer>;
