import express from 'express';
import type { Router } from 'express';
import { z } from 'zod';
import { answerWith } from './answer.ts';
import { emit } from './events.ts';
import { listObjects } from './list-objects.ts';
import { createdRange, expand, isWithin, paging, readParams } from './read-params.ts';
import { readCreateParams, totalOf } from './session-params.ts';
import type { CreateParams } from './session-params.ts';
import { invalidParam, missingObject, notPossible } from './stripe-refusal.ts';
import { newStripeId, nowSeconds } from './stripe-state.ts';
import type { LineItem, Session, StoredSession, StripeState } from './stripe-state.ts';

const DEFAULT_LIFE_SECONDS = 24 * 60 * 60;
/** An expanded list holds only the first few. */
const EXPANDED_LINES = 10;
const PATH = '/v1/checkout/sessions';

const listParams = z.strictObject({
  ...paging,
  created: createdRange,
  payment_intent: z.string().optional(),
  status: z.enum(['open', 'complete', 'expired']).optional(),
});

/** `/checkout/sessions`. */
export function createSessionsRouter(state: StripeState): Router {
  const router = express.Router();
  router.post(
    '/checkout/sessions',
    answerWith(state, ({ params }) => {
      const wanted = readCreateParams(params, nowSeconds(state));
      checkExpand(wanted.expand);
      const stored = createSession(state, wanted);
      return viewSession(state, stored, wanted.expand);
    }),
  );
  router.get(
    '/checkout/sessions',
    answerWith(state, ({ params }) => {
      const { created, payment_intent, status, ...page } = readParams(listParams, params);
      const sessions = [...state.sessions.values()]
        .map((stored) => ({ id: stored.session.id, stored: refresh(state, stored) }))
        .filter(
          ({ stored: { session } }) =>
            isWithin(session.created, created) &&
            (payment_intent === undefined || session.payment_intent === payment_intent) &&
            (status === undefined || session.status === status),
        );
      const inEach = page.expand.map((path) => path.replace(/^data\./, ''));
      checkExpand(inEach);
      return listObjects(sessions, page, {
        url: PATH,
        object: 'checkout.session',
        view: ({ stored }) => viewSession(state, stored, inEach),
      });
    }),
  );
  router.get(
    '/checkout/sessions/:id',
    answerWith(state, ({ params, id }) => {
      const wanted = readParams(z.strictObject({ expand }), params);
      checkExpand(wanted.expand);
      return viewSession(state, requireSession(state, id), wanted.expand);
    }),
  );
  router.post(
    '/checkout/sessions/:id/expire',
    answerWith(state, ({ params, id }) => {
      readParams(z.strictObject({ expand }), params);
      const stored = requireSession(state, id);
      if (stored.session.status !== 'open') {
        throw notPossible(
          `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${stored.session.status}\`.`,
        );
      }
      expireSession(state, stored);
      return viewSession(state, stored, []);
    }),
  );
  router.get(
    '/checkout/sessions/:id/line_items',
    answerWith(state, ({ params, id }) => {
      const page = readParams(z.strictObject(paging), params);
      // Line items are listed in the order of the page, unlike everything else.
      const lines = [...requireSession(state, id).lines].reverse();
      return listObjects(lines, page, {
        url: `${PATH}/${id}/line_items`,
        object: 'item',
        view: (line) => line,
      });
    }),
  );
  return router;
}

/** The session, expired by now if its time is over. */
export function findSession(state: StripeState, id: string): StoredSession | null {
  const stored = state.sessions.get(id);
  return stored === undefined ? null : refresh(state, stored);
}

function requireSession(state: StripeState, id: string): StoredSession {
  const stored = findSession(state, id);
  if (stored === null) throw missingObject('checkout.session', id);
  return stored;
}

function refresh(state: StripeState, stored: StoredSession): StoredSession {
  const { status, expires_at } = stored.session;
  if (status === 'open' && expires_at <= nowSeconds(state)) expireSession(state, stored);
  return stored;
}

/** Expires every session whose time is over. */
export function expireOverdueSessions(state: StripeState): void {
  for (const stored of state.sessions.values()) refresh(state, stored);
}

function expireSession(state: StripeState, stored: StoredSession): void {
  const { session } = stored;
  session.status = 'expired';
  session.url = null;
  const intent = state.intents.get(session.payment_intent ?? '');
  if (intent !== undefined) {
    intent.status = 'canceled';
    emit(state, 'payment_intent.canceled', intent);
  }
  emit(state, 'checkout.session.expired', session);
}

export function viewSession(
  state: StripeState,
  { session, lines }: StoredSession,
  expanded: readonly string[],
): object {
  const intent = state.intents.get(session.payment_intent ?? '');
  return {
    ...session,
    ...(expanded.includes('payment_intent') && intent !== undefined
      ? { payment_intent: intent }
      : {}),
    ...(expanded.includes('line_items')
      ? {
          line_items: {
            object: 'list',
            url: `${PATH}/${session.id}/line_items`,
            has_more: lines.length > EXPANDED_LINES,
            data: lines.slice(0, EXPANDED_LINES),
          },
        }
      : {}),
  };
}

function checkExpand(expanded: readonly string[]): void {
  const unknown = expanded.find((path) => path !== 'payment_intent' && path !== 'line_items');
  if (unknown !== undefined) {
    throw invalidParam(`This property cannot be expanded (${unknown}).`, 'expand');
  }
}

function createSession(state: StripeState, params: CreateParams): StoredSession {
  const id = newStripeId('cs_test', 58);
  const created = nowSeconds(state);
  const total = totalOf(params);
  const session: Session = {
    id,
    object: 'checkout.session',
    adaptive_pricing: { enabled: params.adaptive_pricing?.enabled ?? true },
    allow_promotion_codes: params.allow_promotion_codes ?? null,
    allowed_payment_method_types: params.allowed_payment_method_types ?? null,
    amount_subtotal: total,
    amount_total: total,
    automatic_tax: {
      enabled: params.automatic_tax?.enabled ?? false,
      liability: null,
      status: null,
    },
    cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null,
    created,
    currency: params.line_items[0]?.price_data.currency.toLowerCase() ?? 'cad',
    customer: null,
    customer_details: null,
    customer_email: params.customer_email ?? null,
    expires_at: params.expires_at ?? created + DEFAULT_LIFE_SECONDS,
    livemode: false,
    locale: params.locale ?? null,
    metadata: params.metadata,
    mode: 'payment',
    payment_intent: null,
    payment_method_types: params.allowed_payment_method_types ?? ['card', 'link'],
    payment_status: total === 0 ? 'no_payment_required' : 'unpaid',
    status: 'open',
    submit_type: params.submit_type ?? null,
    success_url: params.success_url,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    url: `${state.core.baseUrl}/pay/${id}`,
  };
  const stored: StoredSession = {
    session,
    lines: params.line_items.map(makeLineItem),
    descriptions: params.line_items.map((line) => line.price_data.product_data.description ?? null),
    intentMetadata: params.payment_intent_data.metadata,
    odd: null,
  };
  state.sessions.set(id, stored);
  return stored;
}

function makeLineItem(line: CreateParams['line_items'][number]): LineItem {
  const currency = line.price_data.currency.toLowerCase();
  const amount = line.quantity * line.price_data.unit_amount;
  return {
    id: newStripeId('li'),
    object: 'item',
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency,
    description: line.price_data.product_data.name,
    price: {
      id: newStripeId('price'),
      object: 'price',
      currency,
      product: newStripeId('prod', 14),
      type: 'one_time',
      unit_amount: line.price_data.unit_amount,
    },
    quantity: line.quantity,
  };
}
