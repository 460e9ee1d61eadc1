import { z } from 'zod';
import { DELIVERY_STATES } from '../../db/schema/revalidation.ts';
import { cursorQuery, limitQuery } from '../../http/pagination.ts';
import { defineRoute } from '../../http/route.ts';
import { revalidationProblems } from './revalidation.problems.ts';

const instant = z.iso.datetime({ precision: 3 });
const byId = z.object({ id: z.uuid() });
const path = '/api/v1/admin/webhook-endpoints';

const endpointSchema = z.object({
  id: z.uuid(),
  url: z.string(),
  isActive: z.boolean(),
  disabledReason: z.string().nullable(),
  /** Until then the former secret signs as well. */
  previousSecretUntil: instant.nullable(),
  createdAt: instant,
  updatedAt: instant,
});
export type WebhookEndpoint = z.infer<typeof endpointSchema>;

/** The secret is shown once, in the answer that makes it. */
const withSecret = endpointSchema.extend({ secret: z.string().startsWith('whsec_') });

const deliverySchema = z.object({
  id: z.uuid(),
  endpointId: z.uuid(),
  eventId: z.uuid(),
  type: z.string(),
  payload: z.record(z.string(), z.unknown()),
  state: z.enum(DELIVERY_STATES),
  attempts: z.int(),
  lastStatus: z.int().nullable(),
  lastError: z.string().nullable(),
  deliveredAt: instant.nullable(),
  createdAt: instant,
});
export type WebhookDelivery = z.infer<typeof deliverySchema>;

const staff = { tag: 'Storefront webhooks', access: 'admin' as const };

export const listEndpointsRoute = defineRoute({
  operationId: 'listWebhookEndpoints',
  method: 'get',
  path,
  summary: 'Where the storefront is told of changes',
  ...staff,
  replies: { 200: z.object({ items: z.array(endpointSchema) }) },
});

export const createEndpointRoute = defineRoute({
  operationId: 'createWebhookEndpoint',
  method: 'post',
  path,
  summary: 'Tell another address of changes',
  description:
    'Calls are signed as Standard Webhooks 1.0. The secret is in this answer and nowhere else.',
  ...staff,
  body: z.object({
    url: z
      .url({ protocol: /^https?$/, message: 'Must be a web address.' })
      .max(500)
      // A check after a failed one runs as well, so the text may be no URL at all.
      .refine((url) => !/^[^/]*\/\/[^/]*@/.test(url), 'Must not contain a user name.'),
  }),
  replies: { 201: withSecret },
  problems: [revalidationProblems.WEBHOOK_ENDPOINT_LIMIT],
});

export const changeEndpointRoute = defineRoute({
  operationId: 'changeWebhookEndpoint',
  method: 'patch',
  path: `${path}/:id`,
  summary: 'Switch an endpoint on or off',
  ...staff,
  params: byId,
  body: z.object({ isActive: z.boolean() }),
  replies: { 200: endpointSchema },
  problems: [revalidationProblems.WEBHOOK_ENDPOINT_NOT_FOUND],
});

export const deleteEndpointRoute = defineRoute({
  operationId: 'deleteWebhookEndpoint',
  method: 'delete',
  path: `${path}/:id`,
  summary: 'Forget an endpoint and its deliveries',
  ...staff,
  params: byId,
  replies: { 200: z.object({ id: z.uuid(), deleted: z.literal(true) }) },
  problems: [revalidationProblems.WEBHOOK_ENDPOINT_NOT_FOUND],
});

export const rotateSecretRoute = defineRoute({
  operationId: 'rotateWebhookSecret',
  method: 'post',
  path: `${path}/:id/rotate-secret`,
  summary: 'Give an endpoint a new secret',
  description:
    'For a day calls carry two signatures, so that the receiver can change over without losing one.',
  ...staff,
  params: byId,
  replies: { 200: withSecret },
  problems: [revalidationProblems.WEBHOOK_ENDPOINT_NOT_FOUND],
});

export const listDeliveriesRoute = defineRoute({
  operationId: 'listWebhookDeliveries',
  method: 'get',
  path: `${path}/:id/deliveries`,
  summary: 'What an endpoint was told, newest first',
  ...staff,
  params: byId,
  query: z.object({ cursor: cursorQuery, limit: limitQuery({ fallback: 25, max: 100 }) }),
  replies: { 200: z.object({ items: z.array(deliverySchema), nextCursor: z.string().nullable() }) },
  problems: [revalidationProblems.WEBHOOK_ENDPOINT_NOT_FOUND],
});

export const replayDeliveryRoute = defineRoute({
  operationId: 'replayWebhookDelivery',
  method: 'post',
  path: '/api/v1/admin/webhook-deliveries/:id/replay',
  summary: 'Send a delivery again',
  description: 'The same event id, so a receiver that has it can tell.',
  ...staff,
  params: byId,
  replies: { 200: deliverySchema },
  problems: [
    revalidationProblems.WEBHOOK_DELIVERY_NOT_FOUND,
    revalidationProblems.WEBHOOK_DELIVERY_WAITING,
  ],
});
