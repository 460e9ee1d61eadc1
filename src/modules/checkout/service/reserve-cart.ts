import type { Tx } from '../../../db/client.ts';
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
import { giveUpOlder, lockUnpaid } from './exchange-holds.ts';
import { judgeCart } from './judge-cart.ts';
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
 * locked the shopper.
 *
 * @throws Problem of pricing, products, limits and stock; the caller's transaction is undone as a whole
 */
export async function reserveCart(
  tx: Tx,
  app: App,
  request: { orderId: string; cart: Cart; now: Date },
): Promise<void> {
  const { orderId, cart, now } = request;
  const older = await lockUnpaid(tx, cart.replaces);
  const judged = await judgeCart(tx, { cart, older, now });
  const { rules } = judged;
  const lines = judged.lines.map((line) => ({ ...line, orderLineId: app.newId() }));
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
  const order = { orderId, publicId, cart, lines, quote, holdExpiresAt, delayedMethods, now };
  await writeOrder(tx, app, order);
  await giveUpOlder(tx, { older, lines, publicId, now });
  await holdStock(tx, app, { orderId, lines, holdExpiresAt, now });
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
    delayedMethods: readonly string[];
    now: Date;
  },
): Promise<void> {
  const { orderId, publicId, cart, lines, quote, holdExpiresAt, now } = request;
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
  await insertOrder(tx, {
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
  const sessionParams = buildSessionParams(app.config.stripe, {
    orderId,
    publicId,
    email: cart.email,
    lines,
    quote,
    holdExpiresAt,
    delayedMethods: request.delayedMethods,
  });
  await openPayment(tx, app, {
    orderId,
    amountCents: quote.totalCents,
    sessionParams,
    sessionExpiresAt: new Date(sessionParams.expiresAtSeconds * 1000),
  });
  await issueGrant(tx, app, { orderId, purpose: 'checkout', now });
}

async function holdStock(
  tx: Tx,
  app: App,
  request: { orderId: string; lines: readonly OrderLine[]; holdExpiresAt: Date; now: Date },
): Promise<void> {
  const { orderId, lines, holdExpiresAt, now } = request;
  const shortIds = await takeHolds(tx, app, {
    orderId,
    lines,
    expiresAt: holdExpiresAt,
    now,
    actor: 'shopper',
  });
  if (shortIds.length > 0) {
    // Somebody was faster between our read and the statement that decides.
    const short = lines.filter((line) => shortIds.includes(line.inventoryId));
    throw outOfStock(short.map((line) => ({ ...line, available: 0 })));
  }
  const ticketLines = lines.flatMap((line) =>
    line.kujiSetId === null ? [] : [{ ...line, setId: line.kujiSetId }],
  );
  // In id order, like all locks: two carts with the same two boxes would otherwise wait for each other.
  ticketLines.sort((a, b) => (a.setId < b.setId ? -1 : 1));
  for (const { setId, ...line } of ticketLines) {
    const { orderLineId, unitPriceCents } = line;
    const holdSeq = await takeTicketHold(tx, { setId, orderLineId, unitPriceCents });
    if (holdSeq === null) throw outOfStock([{ ...line, available: 0 }]);
  }
}
