import { expect, test } from 'vitest';
import { scrubReport } from './scrub-report.ts';

test('replaces credentials among the headers and leaves the others', () => {
  const event = {
    request: {
      url: 'https://api.shop.example/api/v1/checkout/success?session_id=cs_1&x=1',
      query_string: 'SESSION_ID=cs_1&x=1',
      headers: {
        Authorization: 'Bearer t',
        cookie: 'guest_order_session=c',
        'Set-Cookie': ['a=1', 'b=2'],
        'x-order-token': 't',
        'x-forwarded-for': '192.0.2.7',
        referer: 'https://shop.example/access?token=t&y=2',
        'user-agent': 'Browser/1.0',
        'accept-language': 'en',
      },
    },
  };
  expect(scrubReport(event)).toEqual({
    request: {
      url: 'https://api.shop.example/api/v1/checkout/success?session_id=[redacted]&x=1',
      query_string: 'SESSION_ID=[redacted]&x=1',
      headers: {
        Authorization: '[redacted]',
        cookie: '[redacted]',
        'Set-Cookie': '[redacted]',
        'x-order-token': '[redacted]',
        'x-forwarded-for': '[redacted]',
        referer: 'https://shop.example/access?token=[redacted]&y=2',
        'user-agent': 'Browser/1.0',
        'accept-language': 'en',
      },
    },
  });
});

test('replaces them among the attributes of spans and the data of breadcrumbs', () => {
  const span = {
    name: 'GET /api/v1/orders/PBX-1/access?token=t',
    attributes: {
      'http.request.header.authorization': { value: 'Bearer t', type: 'string' },
      'http.request.header.set_cookie': ['a=1'],
      'http.request.header.cookie.guest_order_session': 'c',
      'http.request.header.user_agent': 'Browser/1.0',
      'url.query': { value: 'checkout_session_id=cs_1&page=2', type: 'string' },
      'url.full': 'https://api.shop.example/a?Token=t&token[]=t',
    },
  };
  expect(scrubReport(span)).toEqual({
    name: 'GET /api/v1/orders/PBX-1/access?token=[redacted]',
    attributes: {
      'http.request.header.authorization': '[redacted]',
      'http.request.header.set_cookie': '[redacted]',
      'http.request.header.cookie.guest_order_session': '[redacted]',
      'http.request.header.user_agent': 'Browser/1.0',
      'url.query': { value: 'checkout_session_id=[redacted]&page=2', type: 'string' },
      'url.full': 'https://api.shop.example/a?Token=[redacted]&token[]=[redacted]',
    },
  });
});

test('hides e-mails wherever they are, and invents nothing', () => {
  const crumb = { message: 'to aiko@example.com', data: undefined, level: null, n: 3 };
  expect(scrubReport(crumb)).toStrictEqual({
    message: 'to [e-mail]',
    data: undefined,
    level: null,
    n: 3,
  });
  expect(scrubReport({})).toStrictEqual({});
});

test('stands what has no end', () => {
  const endless: Record<string, unknown> = {};
  endless.again = endless;
  expect(JSON.stringify(scrubReport(endless))).toContain('[redacted]');
});
