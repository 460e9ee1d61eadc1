import { afterAll, beforeAll, expect, it } from 'vitest';
import { callAs } from '../../../../testing/call-as.ts';
import {
  aKuji,
  anAdmin,
  anOpenCheckout,
  aPaidOrder,
  aProduct,
  type SignedIn,
} from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { mailKindsOf, patchShipment, setStatus, showOrder } from './order-as.ts';

let w: World;
let admin: SignedIn;

beforeAll(async () => {
  w = await world({ poolMax: 30 });
  admin = await anAdmin(w);
});
afterAll(() => w.close());

const aFigure = async () => {
  const { productId, variantId } = await aProduct(w);
  return [{ productId, productVariantId: variantId, quantity: 1 }];
};
const times = <T>(count: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));
const statuses = (answers: readonly { status: number }[]) =>
  answers.map(({ status }) => status).sort((a, b) => a - b);
const count = (kinds: readonly string[], kind: string) =>
  kinds.filter((one) => one === kind).length;

it('an order is packed once, its tickets opened once, whoever presses', async () => {
  const kuji = await aKuji(w, { tickets: 6 });
  const { orderId } = await aPaidOrder(w, [{ productId: kuji.productId, quantity: 3 }]);
  const answers = await times(6, () => setStatus(w, admin, orderId, 'packed'));
  expect(statuses(answers)).toEqual([200, 409, 409, 409, 409, 409]);
  const { timeline } = await showOrder(w, admin, orderId);
  expect(timeline.filter(({ kind }) => kind === 'packed').map(({ details }) => details)).toEqual([
    { revealedTickets: 3 },
  ]);
});

it('an order is shipped once with one mail, and no field of either colleague is lost', async () => {
  const { orderId } = await aPaidOrder(w, await aFigure());
  await setStatus(w, admin, orderId, 'packed');
  const answers = await Promise.all([
    patchShipment(w, admin, orderId, { carrierName: 'UPS', trackingNumber: '1Z' }),
    patchShipment(w, admin, orderId, { carrierName: 'UPS', trackingNumber: '1Z' }),
    patchShipment(w, admin, orderId, { deliveredAt: '2099-01-01T00:00:00.000Z' }),
    setStatus(w, admin, orderId, 'shipped'),
  ]);
  expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
  expect((await showOrder(w, admin, orderId)).shipment).toMatchObject({
    carrierName: 'UPS',
    trackingNumber: '1Z',
    deliveredAt: '2099-01-01T00:00:00.000Z',
  });
  const kinds = await mailKindsOf(w, orderId);
  expect(count(kinds, 'order-shipped')).toBe(1);
  // Whoever pressed without a number was first, or nobody was: then the number was news, once.
  expect(count(kinds, 'order-tracking-changed')).toBeLessThanOrEqual(1);
});

it('corrections of different fields at once all last', async () => {
  const { orderId } = await aPaidOrder(w, await aFigure());
  await setStatus(w, admin, orderId, 'packed');
  await setStatus(w, admin, orderId, 'shipped');
  const changes = [
    { carrierName: 'Stallion' },
    { trackingNumber: 'ST1' },
    { trackingUrl: 'https://t.example/1' },
    { deliveredAt: '2099-01-01T00:00:00.000Z' },
  ];
  const answers = await Promise.all(
    changes.map((change) => patchShipment(w, admin, orderId, change)),
  );
  expect(statuses(answers)).toEqual([200, 200, 200, 200]);
  const { shipment } = await showOrder(w, admin, orderId);
  for (const change of changes) expect(shipment).toMatchObject(change);
  expect(count(await mailKindsOf(w, orderId), 'order-tracking-changed')).toBe(3);
});

it('parcels and notes of several colleagues get a place each', async () => {
  const { orderId } = await aPaidOrder(w, await aFigure());
  await setStatus(w, admin, orderId, 'packed');
  const path = `/admin/orders/${orderId}`;
  const answers = await times(6, (index) =>
    Promise.all([
      callAs(w, admin, ['post', `${path}/parcels`], { trackingNumber: `P${String(index)}` }),
      callAs(w, admin, ['post', `${path}/notes`], { text: `Note ${String(index)}` }),
    ]),
  );
  expect(answers.flat().every(({ status }) => status === 201)).toBe(true);
  const { parcels, notes } = await showOrder(w, admin, orderId);
  expect(parcels.map(({ position }) => position)).toEqual([2, 3, 4, 5, 6, 7]);
  expect(new Set(notes.map(({ text }) => text)).size).toBe(6);
});

it('H16 an order is cancelled from the dashboard or paid, not both', async () => {
  for (let round = 0; round < 4; round += 1) {
    const { orderId, sessionId } = await anOpenCheckout(w, await aFigure());
    const cancel = setStatus(w, admin, orderId, 'cancelled');
    w.sandbox.pay(sessionId, 'paid');
    const { status } = await cancel;
    await w.drain();
    const order = await showOrder(w, admin, orderId);
    expect([status, order.status]).toEqual(status === 200 ? [200, 'cancelled'] : [409, 'paid']);
  }
});
