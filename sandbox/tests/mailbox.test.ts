import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Mail } from '../core.ts';
import { startSandbox } from '../start-sandbox.ts';
import type { Sandbox } from '../start-sandbox.ts';

const mailList = z.object({
  mails: z.array(z.looseObject({ id: z.string() })),
});

function mailNamed(id: string, change: Partial<Mail> = {}): Mail {
  return {
    id,
    key: null,
    from: 'PopBox Studio <orders@popbox.test>',
    to: ['shopper@example.test'],
    replyTo: [],
    subject: `Mail ${id}`,
    html: '<p>Hello</p>',
    text: 'Hello',
    receivedAt: '2026-03-01T18:04:11.123Z',
    kind: 'resend',
    ...change,
  };
}

describe('mailbox', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(async () => {
    await sandbox.close();
  });
  beforeEach(() => {
    sandbox.reset();
  });

  const read = (path: string) => fetch(`${sandbox.url}${path}`);

  it('says so when there is no mail', async () => {
    const response = await read('/mailbox');
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('No mail yet');
  });

  it('lists the newest first, on the page and for programs', async () => {
    sandbox.core.mails.push(mailNamed('one'), mailNamed('two', { to: ['Other@example.test'] }));
    const page = await (await read('/mailbox')).text();
    expect(page.indexOf('Mail two')).toBeLessThan(page.indexOf('Mail one'));
    const all = mailList.parse(await (await read('/mailbox.json')).json());
    expect(all.mails.map(({ id }) => id)).toEqual(['two', 'one']);
    const some = mailList.parse(await (await read('/mailbox.json?to=other@example.test')).json());
    expect(some.mails.map(({ id }) => id)).toEqual(['two']);
  });

  it('shows text as text: nothing a mail says becomes part of the page', async () => {
    const evil = '"><script>alert(1)</script>';
    sandbox.core.mails.push(mailNamed('x', { subject: evil, to: [evil], from: evil, text: evil }));
    for (const path of ['/mailbox', '/mailbox/x']) {
      expect(await (await read(path)).text()).not.toContain('<script>alert');
    }
  });

  it('frames the HTML without scripts and links the addresses of the text', async () => {
    const html = '<p title="a">Hi</p><script>alert(1)</script>';
    const text = 'Go to http://shop.test/orders/1?token=a&b=c.';
    sandbox.core.mails.push(mailNamed('x', { html, text }));
    const response = await read('/mailbox/x');
    const page = await response.text();
    const frame = /<iframe [^>]*>/.exec(page)?.[0] ?? '';
    expect(frame).toContain('sandbox="allow-same-origin allow-top-navigation-by-user-activation');
    expect(frame).not.toContain('allow-scripts');
    expect(frame).toContain('&lt;base target=&quot;_top&quot;&gt;&lt;p title=&quot;a&quot;&gt;');
    expect(page).toContain(
      '<a href="http://shop.test/orders/1?token=a&amp;b=c">http://shop.test/orders/1?token=a&amp;b=c</a>.',
    );
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('answers 404 for a mail that is not there', async () => {
    expect((await read('/mailbox/none')).status).toBe(404);
  });
});
