import { escapeHtml } from '../mailbox/escape-html.ts';
import type { LineItem, StoredSession } from '../stripe/stripe-state.ts';
import { PAY_STYLE } from './pay-style.ts';

export const SHOP_NAME = 'PopBox Studio';

export const DECLINED_CARD = '4000 0000 0000 0002';
const ACCEPTED_CARD = '4242 4242 4242 4242';

/** Lines that are no goods: they stand beneath the others, as in any shop's summary. */
const CHARGE_NAMES = /^(shipping|delivery|tax|gst|hst|pst|qst)\b/i;

export const LOGO = `<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8" fill="#5433c9"/>
<path d="M7 12.5 16 8l9 4.5v9L16 26l-9-4.5z" fill="none" stroke="#fff" stroke-width="2" stroke-linejoin="round"/>
<path d="m7 12.5 9 4.5 9-4.5M16 17v9" fill="none" stroke="#fff" stroke-width="2" stroke-linejoin="round"/></svg>`;

/** The page of a session that can be paid. `error` is told above the form. */
export function payPage(stored: StoredSession, error: string | null = null): string {
  const { session } = stored;
  const total = money(session.amount_total, session.currency);
  return frame(
    `Pay ${SHOP_NAME}`,
    stored,
    `<h1>Payment</h1>
${error === null ? '' : `<p class="error" role="alert">${escapeHtml(error)}</p>`}
<form method="post" autocomplete="off">
<label for="email">Email</label>
<input id="email" name="email" type="email" required value="${escapeHtml(session.customer_email ?? '')}">
<fieldset><legend>Card</legend>
<label for="card" class="soft">Card number</label>
<input id="card" name="card" inputmode="numeric" list="cards" required pattern="[0-9 ]{12,23}" value="${ACCEPTED_CARD}" aria-describedby="tests">
<datalist id="cards"><option value="${ACCEPTED_CARD}">is accepted</option><option value="${DECLINED_CARD}">is declined</option></datalist>
<div class="pair">
<div><label for="expiry" class="soft">Expiry</label><input id="expiry" name="expiry" inputmode="numeric" value="12 / 34"></div>
<div><label for="cvc" class="soft">CVC</label><input id="cvc" name="cvc" inputmode="numeric" value="123"></div>
</div>
<p class="tests" id="tests">Test numbers: <code>${ACCEPTED_CARD}</code> is accepted, <code>${DECLINED_CARD}</code> is declined.</p>
</fieldset>
<button class="pay" name="outcome" value="paid">Pay ${total}</button>
<div class="others">
<button name="outcome" value="declined">Decline</button>
<button name="outcome" value="processing">Bank debit</button>
</div>
<button class="cancel" name="outcome" value="cancel" formnovalidate>Cancel and go back</button>
<p class="tests">“Decline” is a card that the bank refuses. “Bank debit” is a payment that takes days: the bank answers when you say so.</p>
</form>`,
  );
}

/**
 * What a session says that can no longer be paid. `isWaiting`: a bank still has to answer;
 * `isRepeat`: the shopper tried to pay once more.
 */
export function closedPage(
  stored: StoredSession,
  state: { isWaiting: boolean; isRepeat: boolean },
): string {
  const { session } = stored;
  if (session.status === 'expired') {
    return frame(
      'This page has expired',
      stored,
      `<h1>This payment page has expired</h1>
<p>Nothing was charged, and nothing can be paid here any more.</p>${backLink(session.cancel_url)}`,
    );
  }
  if (state.isWaiting) return waitingPage(stored);
  if (session.payment_status === 'unpaid') {
    return frame(
      'Payment failed',
      stored,
      `<h1>The bank refused the payment</h1>
<p>Nothing was charged.</p>${backLink(session.cancel_url)}`,
    );
  }
  return frame(
    'Paid',
    stored,
    `<h1>${state.isRepeat ? 'Already paid' : 'Payment complete'}</h1>
<p>This order was paid. You will not be charged again.</p>${backLink(successUrl(session))}`,
  );
}

export function unknownPage(): string {
  return html(
    'Unknown payment page',
    `<main class="side"><h1>There is no such payment page</h1>
<p class="soft">The sandbox keeps sessions in memory; a restart forgets them.</p></main>`,
  );
}

export function successUrl(session: { id: string; success_url: string }): string {
  return session.success_url.replaceAll(
    /\{CHECKOUT_SESSION_ID\}|%7BCHECKOUT_SESSION_ID%7D/gi,
    session.id,
  );
}

function waitingPage(stored: StoredSession): string {
  const { session } = stored;
  return frame(
    'Waiting for the bank',
    stored,
    `<h1>Waiting for the bank</h1>
<p>The debit was ordered. A real bank takes days; here you decide what it answers.</p>
<form method="post" action="/pay/${encodeURIComponent(session.id)}/settle">
<div class="others">
<button name="outcome" value="succeeded">The bank pays</button>
<button name="outcome" value="failed">The bank refuses</button>
</div></form>${backLink(successUrl(session))}`,
  );
}

function backLink(url: string | null): string {
  // Only web addresses come this far: the API refuses others.
  return url === null ? '' : `<p><a href="${escapeHtml(url)}">Back to the shop</a></p>`;
}

function frame(title: string, stored: StoredSession, right: string): string {
  return html(
    title,
    `<div class="page"><section class="side summary" aria-label="Order">${summary(stored)}</section>
<main class="side">${right}</main></div>`,
  );
}

function summary({ session, lines, descriptions }: StoredSession): string {
  const rows = lines.map((line, index) => ({ line, description: descriptions[index] ?? null }));
  const goods = rows.filter(({ line }) => !CHARGE_NAMES.test(line.description));
  const charges = rows.filter(({ line }) => CHARGE_NAMES.test(line.description));
  const total = money(session.amount_total, session.currency);
  return `<div class="shop">${LOGO}<span>${SHOP_NAME}</span></div>
<p class="due">${dueLabel(session)}<strong>${total}</strong></p>
<ul>${goods.map(({ line, description }) => row(line, description)).join('')}</ul>
${charges.length === 0 ? '' : `<ul class="charges">${charges.map(({ line }) => row(line, null)).join('')}</ul>`}
<ul class="total"><li><span class="name">Total</span><span class="amount">${total}</span></li></ul>`;
}

function dueLabel(session: StoredSession['session']): string {
  if (session.status === 'open') return 'Amount due';
  return session.payment_status === 'paid' ? 'Amount paid' : 'Amount';
}

function row(line: LineItem, description: string | null): string {
  const each = money(line.price.unit_amount, line.currency);
  const count = line.quantity === 1 ? [] : [`Qty ${String(line.quantity)}, ${each} each`];
  const details = [...(description === null ? [] : [description]), ...count];
  return `<li><span class="name">${escapeHtml(line.description)}</span>
<span class="amount">${money(line.amount_total, line.currency)}</span>
${details.map((detail) => `<span class="detail">${escapeHtml(detail)}</span>`).join('')}</li>`;
}

function money(cents: number, currency: string): string {
  const amount = new Intl.NumberFormat('en-CA', { style: 'currency', currency }).format(
    cents / 100,
  );
  return escapeHtml(amount);
}

function html(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${PAY_STYLE}</style>
</head>
<body>
<aside class="note" aria-label="About this page"><strong>Sandbox</strong>: no real card is charged.</aside>
${body}
</body>
</html>
`;
}
