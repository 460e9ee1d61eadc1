import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aKuji, anOpenCheckout, aProduct, checkoutBody } from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

const quote = (body: object) => w.http.post('/api/v1/checkout/quote').send(body);
const codeOf = (response: { body: unknown }) =>
  (response.body as { errors: { code: string } }).errors.code;
const inVancouver = {
  fullName: 'B C',
  line1: '1 Main St',
  line2: null,
  city: 'Vancouver',
  province: 'BC',
  postalCode: 'V6C 0C3',
  countryCode: 'CA',
  phone: null,
};

async function lineOf(onHand = 5, priceCents = 4_999) {
  const { productId, variantId } = await aProduct(w, { onHand, priceCents });
  return { productId, productVariantId: variantId, quantity: 1 };
}

describe('POST /checkout/quote', () => {
  it('tells goods, shipping, each tax and the threshold', async () => {
    const response = await quote(checkoutBody([await lineOf()], { shippingAddress: inVancouver }));
    expect(response.status).toBe(200);
    expect((response.body as { data: unknown }).data).toEqual({
      subtotalCents: 4_999,
      shippingCents: 1_599,
      taxCents: 792,
      totalCents: 7_390,
      taxBreakdown: {
        countryCode: 'CA',
        provinceCode: 'BC',
        taxableAmountCents: 6_598,
        gstRatePpm: 50_000,
        pstRatePpm: 70_000,
        hstRatePpm: 0,
        qstRatePpm: 0,
        gstCents: 330,
        pstCents: 462,
        hstCents: 0,
        qstCents: 0,
        totalTaxCents: 792,
      },
      shippingRegion: 'canada',
      appliedFreeShippingThresholdCents: 14_900,
    });
  });

  it('equals what Stripe is asked for', async () => {
    const line = await lineOf();
    const response = await quote(checkoutBody([line], { shippingAddress: inVancouver }));
    const opened = await anOpenCheckout(w, [line], { shippingAddress: inVancouver });
    const session = await w.app.stripe.retrieveSession(opened.sessionId);
    expect((response.body as { data: { totalCents: number } }).data.totalCents).toBe(
      session?.amountTotalCents,
    );
  });

  it('reserves nothing and writes no order', async () => {
    const line = await lineOf(1);
    for (let i = 0; i < 3; i += 1) expect((await quote(checkoutBody([line]))).status).toBe(200);
    const { rows } = await w.app.database.pool.query<{ reserved: number; orders: number }>(
      `SELECT i.reserved, (SELECT count(*)::int FROM popbox.order_lines l WHERE l.product_id = i.product_id) AS orders
       FROM popbox.inventory i WHERE i.product_id = $1`,
      [line.productId],
    );
    expect(rows[0]).toEqual({ reserved: 0, orders: 0 });
  });

  it('T02 a cart cannot outlive its stock', async () => {
    const line = await lineOf(1);
    expect((await quote(checkoutBody([line]))).status).toBe(200);
    await anOpenCheckout(w, [line]);
    const gone = await quote(checkoutBody([line]));
    expect([gone.status, codeOf(gone)]).toEqual([409, 'PRODUCT_VARIANT_OUT_OF_STOCK']);
    const kuji = await aKuji(w, { tickets: 2 });
    const tickets = await quote(checkoutBody([{ productId: kuji.productId, quantity: 3 }]));
    expect([tickets.status, codeOf(tickets)]).toEqual([409, 'KUJI_TICKETS_UNAVAILABLE']);
  });

  it('checks the address, and asks once where it would correct it', async () => {
    const line = await lineOf();
    const at = (address: object, more: object = {}) =>
      quote({
        ...checkoutBody([line], { shippingAddress: { ...inVancouver, ...address } }),
        ...more,
      });
    const abroad = await at({ countryCode: 'US' });
    expect([abroad.status, codeOf(abroad)]).toEqual([422, 'ADDRESS_COUNTRY_UNSUPPORTED']);
    const elsewhere = await at({ postalCode: 'T2P 1J9' });
    expect([elsewhere.status, codeOf(elsewhere)]).toEqual([422, 'ADDRESS_INVALID']);
    expect((await at({ postalCode: 'v6c0c3' })).status).toBe(200);
    const typo = await at({ postalCode: 'V6C OC3' });
    expect([typo.status, codeOf(typo)]).toEqual([422, 'ADDRESS_NEEDS_CONFIRMATION']);
    const { suggestedAddress } = (typo.body as { errors: { suggestedAddress: object } }).errors;
    expect(suggestedAddress).toMatchObject({
      line1: '1 Main St',
      city: 'Vancouver',
      province: 'BC',
      postalCode: 'V6C 0C3',
    });
    expect((await at(suggestedAddress, { confirmedAddress: true })).status).toBe(200);
  });
});
