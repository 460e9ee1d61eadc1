import { handleStaff } from '../../http/auth.ts';
import type { Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import {
  listAttentionRoute,
  listOrdersRoute,
  showAdminOrderRoute,
} from './orders.admin-contract.ts';
import {
  addNoteRoute,
  addParcelRoute,
  changeParcelRoute,
  changeShipmentRoute,
  listNotesRoute,
  removeParcelRoute,
  resendConfirmationRoute,
  showPackingSlipRoute,
} from './orders.fulfilment-contract.ts';
import { changeShipment, type ShipmentOutcome } from './service/change-shipment.ts';
import { addNote, listNotes } from './service/keep-notes.ts';
import { addParcel, changeParcel, removeParcel } from './service/keep-parcels.ts';
import { listAdminOrders } from './service/list-admin-orders.ts';
import { listAttention } from './service/list-attention.ts';
import { resendConfirmation } from './service/resend-confirmation.ts';
import { showAdminOrder } from './service/show-admin-order.ts';
import { showPackingSlip } from './service/show-packing-slip.ts';

const SHIPMENT_MESSAGES: Readonly<Record<ShipmentOutcome, string>> = {
  shipped: 'The order is shipped. The shopper gets a mail.',
  announced: 'The shipment is changed. The shopper gets a mail.',
  changed: 'The shipment is changed.',
  unchanged: 'Nothing was changed.',
};

/** What staff see of orders. */
export function ordersAdminRouter(app: App): Mounted[] {
  return [
    handleStaff(app, listOrdersRoute, async ({ query }) => ({
      data: await listAdminOrders(app, query),
    })),
    handleStaff(app, listAttentionRoute, async ({ query }) => ({
      data: await listAttention(app, query),
    })),
    handleStaff(app, showAdminOrderRoute, async ({ params }) => ({
      data: await showAdminOrder(app, params.id),
    })),
    handleStaff(app, showPackingSlipRoute, async ({ params }) => ({
      page: await showPackingSlip(app, params.id),
    })),
    handleStaff(app, listNotesRoute, async ({ params }) => ({
      data: { items: await listNotes(app, params.id) },
    })),
    ...fulfilmentRoutes(app),
  ];
}

/** What staff do with them. The status itself is changed by checkout's router, which can also cancel. */
function fulfilmentRoutes(app: App): Mounted[] {
  return [
    handleStaff(app, changeShipmentRoute, async ({ params, body }, { requestId }, { actor }) => {
      const request = { orderId: params.id, changes: body, actor, requestId };
      const message = SHIPMENT_MESSAGES[await changeShipment(app, request)];
      return { data: await showAdminOrder(app, params.id), message };
    }),
    handleStaff(app, addParcelRoute, async ({ params, body }, { requestId }, { actor }) => {
      await addParcel(app, { orderId: params.id, changes: body, actor, requestId });
      const data = await showAdminOrder(app, params.id);
      return { data, message: 'The parcel is added.' };
    }),
    handleStaff(app, changeParcelRoute, async ({ params, body }, { requestId }, { actor }) => {
      const { id: orderId, parcelId } = params;
      await changeParcel(app, { orderId, parcelId, changes: body, actor, requestId });
      const data = await showAdminOrder(app, orderId);
      return { data, message: 'The parcel is changed.' };
    }),
    handleStaff(app, removeParcelRoute, async ({ params }, { requestId }, { actor }) => {
      const { id: orderId, parcelId } = params;
      await removeParcel(app, { orderId, parcelId, actor, requestId });
      const data = await showAdminOrder(app, orderId);
      return { data, message: 'The parcel is removed.' };
    }),
    handleStaff(app, resendConfirmationRoute, async ({ params }, { requestId }, { actor }) => {
      const mail = await resendConfirmation(app, { orderId: params.id, actor, requestId });
      return { data: { mail }, message: 'The mail is on its way to the shopper.' };
    }),
    handleStaff(app, addNoteRoute, async ({ params, body }, { requestId }, { actor }) => ({
      data: await addNote(app, { orderId: params.id, ...body, actor, requestId }),
      message: 'The note is added.',
    })),
  ];
}
