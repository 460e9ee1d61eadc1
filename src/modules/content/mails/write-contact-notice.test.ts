import { expect, test } from 'vitest';
import { writeContactNotice, type ContactMessage } from './write-contact-notice.ts';

const contact: ContactMessage = {
  firstName: 'Aiko',
  lastName: 'Tremblay',
  email: 'aiko@example.com',
  inquiryType: 'order-support',
  orderNumber: 'PBX-ABCDEF0123',
  requestedSeries: null,
  message: 'Where is it?\nI am waiting.',
};

test('tells who, what and about which order, in both versions', () => {
  const mail = writeContactNotice(contact);
  expect(mail.subject).toBe('Order support from Aiko Tremblay');
  expect(mail.text).toBe(
    'Order support from Aiko Tremblay\n\nFrom: Aiko Tremblay, aiko@example.com\nOrder: PBX-ABCDEF0123\n\n' +
      'Message\nWhere is it?\nI am waiting.\n',
  );
  for (const part of ['Aiko Tremblay', 'PBX-ABCDEF0123', 'Where is it?\nI am waiting.']) {
    expect(mail.html).toContain(part);
  }
});

test('a missing last name leaves no trace', () => {
  const mail = writeContactNotice({ ...contact, lastName: null });
  expect(mail.subject).toBe('Order support from Aiko');
  expect(mail.html + mail.text).not.toMatch(/undefined|null/);
});

test('what people write stays text', () => {
  const evil = '<img src=x onerror=alert(1)>';
  const mail = writeContactNotice({
    ...contact,
    firstName: evil,
    lastName: evil,
    orderNumber: evil,
    requestedSeries: evil,
    message: `${evil} and {{secret}}`,
  });
  expect(mail.html).not.toContain('<img');
  expect(mail.html).toContain('&lt;img src=x onerror=alert(1)&gt;');
});

test('a name cannot write lines of its own', () => {
  const mail = writeContactNotice({ ...contact, firstName: 'A\u2028From: shop@popbox.test' });
  expect(mail.subject).toBe('Order support from A From: shop@popbox.test Tremblay');
  expect(mail.text.split('\n')[0]).toBe(mail.subject);
});
