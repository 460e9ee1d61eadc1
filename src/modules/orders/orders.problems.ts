import { defineProblems } from '../../kernel/problems.ts';

export const ordersProblems = defineProblems({
  ORDER_LINK_INVALID: {
    status: 401,
    message:
      'This link does not open the order. Please use the link of the newest e-mail about it.',
  },
  ORDER_ACCESS_REQUIRED: {
    status: 401,
    message: 'Please open the order with the link in your e-mail.',
  },
  ORDER_NOT_FOUND: { status: 404, message: 'This order was not found.' },
  ORDER_DISPUTED: {
    status: 409,
    message: 'The payment of this order is disputed. Nothing leaves the shop before it is decided.',
  },
  ORDER_MONEY_LEAVING: {
    status: 409,
    message: 'All of the money of this order is on its way back. Nothing leaves the shop.',
  },
  ORDER_ERASED: {
    status: 409,
    message: 'The personal data of this order was erased. It takes no texts any more.',
  },
  ORDER_NOT_REVEALABLE: {
    status: 409,
    message: 'The tickets of this order cannot be opened at present.',
  },
  ORDER_NOT_PACKABLE: {
    status: 409,
    message: 'Only an order that is paid and not packed yet can be packed.',
  },
  ORDER_NOT_SHIPPABLE: {
    status: 409,
    message: 'Only an order that is packed can be shipped, and only a shipped one has a shipment.',
  },
  PARCEL_NOT_FOUND: { status: 404, message: 'This order has no such parcel.' },
  PARCEL_IS_THE_SHIPMENT: {
    status: 409,
    message: 'The first parcel of an order can be changed, but not removed.',
  },
  TOO_MANY_PARCELS: { status: 409, message: 'An order has at most 50 parcels.' },
  TOO_MANY_NOTES: { status: 409, message: 'An order has at most 200 notes.' },
  ORDER_MAIL_NOT_ELIGIBLE: {
    status: 409,
    message: 'Only an order that is paid, packed, shipped or refunded has a mail to send again.',
  },
  ORDER_MAIL_UNDELIVERABLE: {
    status: 422,
    message: 'The e-mail address of this order cannot receive mail.',
  },
});
