import { afterAll, beforeAll, expect, it } from 'vitest';
import { callAs } from '../../../../testing/call-as.ts';
import { anAdmin, anOpenCheckout, aProduct, aVariant } from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { changeProduct, changeVariant } from '../../catalog/index.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

// Red if archiving releases or deletes: the shopper would pay for what is not set aside.
it('T17 archiving a variant keeps its holds', async () => {
  const admin = await anAdmin(w);
  const by = { actor: 'test', requestId: null };
  const { productId } = await aProduct(w);
  const { variantId } = await aVariant(w, productId, { onHand: 4 });
  const opened = await anOpenCheckout(w, [{ productId, productVariantId: variantId, quantity: 3 }]);
  const stock = async () => {
    const { rows } = await w.app.database.pool.query<{ on_hand: number; reserved: number }>(
      'SELECT on_hand, reserved FROM popbox.inventory WHERE variant_id = $1',
      [variantId],
    );
    return rows;
  };
  const remove = () =>
    callAs(w, admin, ['delete', `/admin/products/${productId}/variants/${variantId}`]);
  await changeVariant(w.app, { ...by, productId, variantId, changes: { isActive: false } });
  await changeProduct(w.app, { ...by, productId, changes: { status: 'archived' } });
  expect(await remove()).toMatchObject({
    status: 409,
    code: 'PRODUCT_VARIANT_HAS_ACTIVE_RESERVATIONS',
  });
  expect(await stock()).toEqual([{ on_hand: 4, reserved: 3 }]);
  w.sandbox.pay(opened.sessionId, 'paid');
  await w.drain();
  expect(await stock()).toEqual([{ on_hand: 1, reserved: 0 }]);
  expect(await remove()).toMatchObject({ status: 409, code: 'PRODUCT_VARIANT_HAS_HISTORY' });
});
