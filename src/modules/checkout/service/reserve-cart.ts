import type { Tx } from '../../../db/client.ts';
import type { SessionParams } from '../../../integrations/stripe/stripe-port.ts';
import type { App } from '../../../kernel/app.ts';
import { addMs } from '../../../kernel/clock.ts';
import { Problem } from '../../../kernel/problems.ts';
import { takeHolds } from '../../inventory/index.ts';
import { takeTicketHold } from '../../kuji/index.ts';
import { insertOrder, issueGrant, newPublicId } from '../../orders/index.ts';
import { openPayment } from '../../payments/index.ts';
import { computeQuote, type Quote } from '../../pricing/index.ts';
import type { CheckoutBody } from '../checkout.contract.ts';
import { checkoutProblems } from '../checkout.problems.ts';
import type { ShopperIdentity } from '../queries/lock-shopper.ts';
import { buildSessionParams } from './build-session-params.ts';
import { giveUpOlder } from './exchange-holds.ts';
import type { PaymentPage } from './find-or-create-session.ts';
import { judgeCart, type CartFacts } from './judge-cart.ts';
import { outOfStock, type PricedLine } from './price-lines.ts';
import type { ReadCart } from './read-cart.ts';

/** A cart with what only an order keeps, and whose it is. */
export type Cart = ReadCart & {
  /** Names, phone, note. */
  body: CheckoutBody;
  shopper: ShopperIdentity;
  /** Of this browser, also if it is new. */
  browserHash: string;
  /** Unpaid orders of the same shopper whose payment pages are closed: the new order takes their goods over. */
  replaces: readonly string[];
};

type OrderLine = PricedLine & { orderLineId: string };

/**
 * Step: writes the order with everything that will be asked of Stripe, and takes the holds. The hot stock rows are locked
 * last, when nothing is left to prepare, so that other buyers of the same thing wait as short as possible. The caller has
 * locked the shopper, and read the facts under that lock.
 *
 * @throws Problem of pricing, products, limits and stock; the caller's transaction is undone as a whole
 */
export async function reserveCart(
  tx: Tx,
  app: App,
  request: { orderId: string; cart: Cart; facts: CartFacts; now: Date },
): Promise<PaymentPage> {
  const { orderId, cart, facts, now } = request;
  const { older, rules } = facts;
  const lines = judgeCart(cart, facts).map((line) => ({ ...line, orderLineId: app.newId() }));
  const quote = computeQuote({
    lines,
    province: cart.address.province,
    postalCode: cart.address.postalCode,
    shippingSettings: rules.shipping,
    quotedAt: now,
  });
  if (quote.totalCents === 0 && lines.some((line) => line.kujiSetId !== null)) {
    // A draw follows from the payment's id: without a payment nobody could check it.
    throw new Problem(checkoutProblems.KUJI_NEEDS_PAYMENT);
  }
  const holdExpiresAt = addMs(now, app.config.holdMs);
  const publicId = newPublicId(app.random);
  const { delayedPaymentMethods: delayedMethods } = rules.checkout;
  const sessionParams = buildSessionParams(app.config.stripe, {
    orderId,
    publicId,
    email: cart.email,
    lines,
    quote,
    holdExpiresAt,
    delayedMethods,
  });
  const order = { orderId, publicId, cart, lines, quote, holdExpiresAt, sessionParams, now };
  const writing = writeOrder(tx, app, order);
  if (older.length > 0) {
    await writing;
    await giveUpOlder(tx, { older, lines, publicId, now });
  }
  await Promise.all([writing, holdStock(tx, app, { orderId, lines, holdExpiresAt, now })]);
  return { orderId, sessionParams, createdAt: now };
}

async function writeOrder(
  tx: Tx,
  app: App,
  request: {
    orderId: string;
    publicId: string;
    cart: Cart;
    lines: readonly OrderLine[];
    quote: Quote;
    holdExpiresAt: Date;
    sessionParams: SessionParams;
    now: Date;
  },
): Promise<void> {
  const { orderId, publicId, cart, lines, quote, holdExpiresAt, sessionParams, now } = request;
  const { body, address } = cart;
  const shippingAddress = {
    fullName: body.shippingAddress.fullName,
    line1: address.line1,
    line2: address.line2,
    city: address.city,
    province: address.province,
    postalCode: address.postalCode,
    countryCode: address.countryCode,
    phone: body.shippingAddress.phone,
  };
  const writingOrder = insertOrder(tx, {
    order: {
      id: orderId,
      publicId,
      userId: cart.userId,
      browserHash: cart.browserHash,
      currency: 'CAD',
      subtotalCents: quote.subtotalCents,
      discountCents: 0,
      shippingCents: quote.shippingCents,
      taxCents: quote.taxCents,
      totalCents: quote.totalCents,
      gstCents: quote.taxBreakdown.gstCents,
      pstCents: quote.taxBreakdown.pstCents,
      hstCents: quote.taxBreakdown.hstCents,
      qstCents: quote.taxBreakdown.qstCents,
      gstRatePpm: quote.taxBreakdown.gstRatePpm,
      pstRatePpm: quote.taxBreakdown.pstRatePpm,
      hstRatePpm: quote.taxBreakdown.hstRatePpm,
      qstRatePpm: quote.taxBreakdown.qstRatePpm,
      shippingRegion: quote.shippingRegion,
      email: cart.email,
      customerSnapshot: {
        email: cart.email,
        firstName: body.firstName,
        lastName: body.lastName,
        phone: body.phone,
      },
      shippingAddress,
      // Stripe asks for no other; the card's own address stays with Stripe.
      billingAddress: shippingAddress,
      customerNote: body.customerNote,
      holdExpiresAt,
      createdAt: now,
    },
    lines: lines.map((line, index) => ({
      id: line.orderLineId,
      orderId,
      lineNumber: index + 1,
      productId: line.productId,
      variantId: line.variantId,
      productName: line.productName,
      productType: line.productType,
      variantName: line.variantName,
      variantSku: line.variantSku,
      unitPriceCents: line.unitPriceCents,
      quantity: line.quantity,
      lineTotalCents: line.unitPriceCents * line.quantity,
      metadata: { slug: line.slug, description: line.description },
    })),
    now,
    actor: 'shopper',
  });
  await Promise.all([
    writingOrder,
    openPayment(tx, app, {
      orderId,
      amountCents: quote.totalCents,
      sessionParams,
      sessionExpiresAt: new Date(sessionParams.expiresAtSeconds * 1000),
    }),
    issueGrant(tx, app, { orderId, purpose: 'checkout', now }),
  ]);
}

async function holdStock(
  tx: Tx,
  app: App,
  request: { orderId: string; lines: readonly OrderLine[]; holdExpiresAt: Date; now: Date },
): Promise<void> {
  const { orderId, lines, holdExpiresAt, now } = request;
  const ticketLines = lines.flatMap((line) =>
    line.kujiSetId === null ? [] : [{ ...line, setId: line.kujiSetId }],
  );
  // In id order, like all locks: two carts with the same two boxes would otherwise wait for each other.
  ticketLines.sort((a, b) => (a.setId < b.setId ? -1 : 1));
  const holding = { orderId, lines, expiresAt: holdExpiresAt, now, actor: 'shopper' };
  const [shortIds, ...holdSeqs] = await Promise.all([
    takeHolds(tx, app, holding),
    ...ticketLines.map(({ setId, orderLineId, unitPriceCents }) =>
      takeTicketHold(tx, { setId, orderLineId, unitPriceCents }),
    ),
  ]);
  // Somebody was faster between our read and the statement that decides.
  const short = lines.filter((line) => shortIds.includes(line.inventoryId));
  const refused = ticketLines.filter((_, index) => holdSeqs[index] === null);
  const gone = short.length > 0 ? short : refused.slice(0, 1);
  if (gone.length > 0) throw outOfStock(gone.map((line) => ({ ...line, available: 0 })));
}
