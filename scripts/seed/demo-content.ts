import type { LegalType } from '../../src/db/schema/content.ts';

/** What the demo shop says about itself. Believable, and no lawyer has seen it. */

export const legalDocuments: readonly { type: LegalType; content: string }[] = [
  {
    type: 'shipping_returns',
    content: `We ship from Calgary to every province and territory of Canada. Orders leave the shop within two business days after they are paid, and we send you the tracking number as soon as the parcel has one.

The cart shows what shipping costs before you pay. From a certain amount on, which depends on where you live, it is free.

Unopened goods can be returned within 14 days of delivery. Write to us first, so that we can tell you where to send them. The postage of a return is yours, unless we made the mistake.

Kuji tickets cannot be returned once they are opened, and neither can the prizes they won: every ticket is a draw, and the draw has happened. A ticket you have not opened yet can be refunded within 14 days.

If something arrives broken, send us a photo within 7 days. We replace it, or give you your money back.`,
  },
  {
    type: 'terms',
    content: `PopBox Studio sells figures, apparel, stationery and Ichiban Kuji tickets to people who live in Canada. By placing an order you agree to these terms.

Prices are in Canadian dollars, before taxes. The cart shows all taxes before you pay. Items in your cart are reserved for ten minutes from the moment you go to the payment page; if you do not pay in time they go back on the shelf.

Every kuji ticket wins one of the prizes listed on its page. The order of prizes is fixed before the first ticket is sold, and we publish a proof of it: anyone can check that no draw was changed afterwards. Whoever buys the last ticket of a box also gets its Last One prize.

You must be 18, or have the permission of a parent or guardian, to buy kuji tickets.

We may cancel an order that we cannot fulfil. You then get back everything you paid.

The laws of Alberta and of Canada apply.`,
  },
  {
    type: 'privacy',
    content: `We keep what we need to send you what you bought: your name, e-mail address, shipping address, telephone number if you gave one, and your orders.

Payments are handled by Stripe. We never see your card number. Sign-in is handled by Supabase, and our e-mails are sent through Resend. Each of them gets only what it needs for that.

We set a cookie when you open an order as a guest, so that you can come back to it. We do not use cookies to follow you around.

What you write through the contact form goes to our mailbox and is kept while we answer you.

You can ask us at any time what we know about you, and to correct or to delete it. Receipts have to be kept for as long as tax law says.`,
  },
];

export const faqItems: readonly { category: string; question: string; answer: string }[] = [
  {
    category: 'Kuji',
    question: 'What is Ichiban Kuji?',
    answer:
      'A lottery without blanks: every ticket wins a prize of the box. The page of each kuji lists all prizes and how many of them are left.',
  },
  {
    category: 'Kuji',
    question: 'How do I know that the draw is fair?',
    answer:
      'We seal the order of all prizes before the first ticket is sold and publish the seal. When the box is sold out we publish what was inside, and anyone can check every single draw.',
  },
  {
    category: 'Kuji',
    question: 'What is the Last One prize?',
    answer:
      'An extra prize for whoever buys the last ticket of a box, on top of what the ticket wins.',
  },
  {
    category: 'Orders',
    question: 'Do I need an account?',
    answer:
      'No. You get a link to your order by e-mail and can open your tickets there. With an account of the same address you find all your orders in one place.',
  },
  {
    category: 'Orders',
    question: 'How long are items in my cart reserved?',
    answer:
      'For ten minutes from the moment you go to the payment page. The cart alone reserves nothing.',
  },
  {
    category: 'Shipping',
    question: 'Where do you ship to?',
    answer: 'To every province and territory of Canada. We do not ship abroad yet.',
  },
  {
    category: 'Shipping',
    question: 'Can I pick up my order in Calgary?',
    answer: 'Write to us before you order, and we will find a time.',
  },
];
