import type { RequestHandler } from 'express';
import { messagePage } from './pages/message.ts';
import type { SendPage } from './send-page.ts';

/**
 * An order's address with `?token=`, as it stands in mails: changes the token for the API's cookie and goes on to the
 * same address without it, so that it stays out of history, bookmarks and referrers.
 */
export function openWithToken(
  apiUrl: string,
  sendPage: SendPage,
): RequestHandler<{ publicId: string }> {
  return async (request, response, next) => {
    const { token } = request.query;
    if (token === undefined) {
      next();
      return;
    }
    const { cookie } = request.headers;
    const access = new URL(
      `${apiUrl}/api/v1/orders/${encodeURIComponent(request.params.publicId)}/access`,
    );
    // Given twice it is no token at all; the API says so in the same words.
    access.searchParams.set('token', typeof token === 'string' ? token : '');
    const answer = await fetch(access, {
      redirect: 'manual',
      headers: cookie === undefined ? {} : { cookie },
    }).catch(() => null);
    await answer?.body?.cancel();
    if (answer === null || answer.status >= 500) {
      sendPage(
        response,
        502,
        messagePage('Please try again', 'The API does not answer as it should.'),
      );
      return;
    }
    if (answer.status >= 400) {
      const text = 'Please use the link of the newest mail about the order.';
      sendPage(response, answer.status, messagePage('This link is not valid (any more)', text));
      return;
    }
    for (const setCookie of answer.headers.getSetCookie()) response.append('Set-Cookie', setCookie);
    response.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
    response.redirect(303, `${request.baseUrl}${request.path}`);
  };
}
