import express from 'express';
import type { Response, Router } from 'express';
import { z } from 'zod';
import { paySession, settleSession } from '../stripe/pay-session.ts';
import { findSession } from '../stripe/sessions.ts';
import type { StoredSession, StripeState } from '../stripe/stripe-state.ts';
import { DECLINED_CARD, closedPage, payPage, successUrl, unknownPage } from './pay-page.ts';

const payForm = z.object({
  outcome: z.enum(['paid', 'declined', 'processing', 'cancel']),
  email: z.string().max(512).optional(),
  card: z.string().optional(),
});

const settleForm = z.object({ outcome: z.enum(['succeeded', 'failed']) });

const DECLINED = 'Your card was declined. Please try another one.';

/** The payment page: `/pay/:sessionId` and, for delayed payments, `/pay/:sessionId/settle`. */
export function createPayRouter(state: StripeState): Router {
  const router = express.Router();
  const form = [express.urlencoded({ extended: false }), express.json()];

  router.get('/pay/:id', (request, response) => {
    showPage(state, response, request.params.id);
  });
  router.post('/pay/:id', ...form, (request, response) => {
    const { id } = request.params;
    const sent = payForm.safeParse(request.body);
    const stored = findSession(state, id);
    if (stored === null) {
      sendPage(response, 404, unknownPage());
      return;
    }
    if (!sent.success) {
      sendPage(response, 400, payPage(stored, 'The form was not understood. Please try again.'));
      return;
    }
    const { outcome, email, card } = sent.data;
    if (outcome === 'cancel') {
      response.redirect(303, stored.session.cancel_url ?? `/pay/${id}`);
      return;
    }
    const isBadCard = outcome === 'paid' && card?.replaceAll(' ', '') === digits(DECLINED_CARD);
    const result = paySession(state, id, isBadCard ? 'declined' : outcome, email ?? null);
    if (result === 'done') response.redirect(303, successUrl(stored.session));
    else if (result === 'declined') sendPage(response, 402, payPage(stored, DECLINED));
    else
      sendPage(
        response,
        409,
        closedPage(stored, { isRepeat: true, isWaiting: isWaiting(state, stored) }),
      );
  });
  router.post('/pay/:id/settle', ...form, (request, response) => {
    const { id } = request.params;
    const sent = settleForm.safeParse(request.body);
    if (!sent.success) {
      response.status(400).json({ error: 'outcome must be succeeded or failed' });
    } else if (!settleSession(state, id, sent.data.outcome)) {
      response.status(409).json({ error: 'this session waits for no bank' });
    } else if (request.accepts(['json', 'html']) === 'html') {
      response.redirect(303, `/pay/${id}`);
    } else {
      response.json({ settled: sent.data.outcome });
    }
  });
  return router;
}

function showPage(state: StripeState, response: Response, id: string): void {
  const stored = findSession(state, id);
  if (stored === null) sendPage(response, 404, unknownPage());
  else if (stored.session.status === 'open') sendPage(response, 200, payPage(stored));
  else {
    const facts = { isRepeat: false, isWaiting: isWaiting(state, stored) };
    sendPage(response, 200, closedPage(stored, facts));
  }
}

function isWaiting(state: StripeState, { session }: StoredSession): boolean {
  return state.intents.get(session.payment_intent ?? '')?.status === 'processing';
}

function digits(card: string): string {
  return card.replaceAll(' ', '');
}

function sendPage(response: Response, status: number, page: string): void {
  response
    .status(status)
    .set({
      'Cache-Control': 'no-store',
      // No form-action: browsers apply it to the redirect back to the shop as well.
      'Content-Security-Policy':
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
    })
    .type('html')
    .send(page);
}
