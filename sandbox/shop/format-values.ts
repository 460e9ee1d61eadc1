import { html } from './html.ts';
import type { Html } from './html.ts';

const MONEY = new Intl.NumberFormat('en-CA', { style: 'currency', currency: 'CAD' });

/** The zone of the shop, not of whoever reads: an order has one date. */
const INSTANT = new Intl.DateTimeFormat('en-CA', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'America/Edmonton',
});

export function formatCents(cents: number): string {
  return MONEY.format(cents / 100);
}

/** @param instant ISO 8601 */
export function formatInstant(instant: string): Html {
  return html`<time datetime="${instant}">${INSTANT.format(new Date(instant))}</time>`;
}

/** `1 ticket`, `2 tickets`. */
export function formatCount(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}
