import express from 'express';
import type { ErrorRequestHandler, Router } from 'express';
import type { SandboxCore } from '../core.ts';
import { order, productDetail, productList, success, ticketList } from './api-shapes.ts';
import { createApiCaller } from './call-api.ts';
import type { Answer } from './call-api.ts';
import { openWithToken } from './open-with-token.ts';
import { cartPage } from './pages/cart.ts';
import {
  brokenPage,
  deadLinkPage,
  goodLinkPage,
  messagePage,
  missingPage,
} from './pages/message.ts';
import { orderPage } from './pages/order.ts';
import { productDetailPage } from './pages/product-detail.ts';
import { PRODUCT_TYPES, productGridPage } from './pages/product-grid.ts';
import { successPage } from './pages/success.ts';
import { ticketsPage } from './pages/tickets.ts';
import type { Page } from './frame.ts';
import { passToApi } from './pass-to-api.ts';
import { createPageSender } from './send-page.ts';
import type { SendPage } from './send-page.ts';
import { serveModules } from './serve-modules.ts';
import { SHOP_STYLE } from './shop-style.ts';

const BROWSER_FOLDER = new URL('browser/', import.meta.url);

const PAGE_SIZE = '12';

/**
 * A storefront for those who have none: grid, product, checkout, order, tickets. It stands at `/shop`
 * and talks to the API as the real one does, over HTTP and through its own origin. Draws are checked on the API's own page.
 *
 * @param apiUrl Without a slash at its end.
 */
export function createShopRouter(core: SandboxCore, apiUrl: string): Router {
  const router = express.Router();
  const sendPage = createPageSender(core);
  router.use('/api', ...passToApi(apiUrl));
  router.get('/shop.css', (_request, response) => {
    response.set('Cache-Control', 'no-cache').type('css').send(SHOP_STYLE);
  });
  router.get('/browser/:file', serveModules(BROWSER_FOLDER));
  addCatalogue(router, apiUrl, sendPage);
  addCheckout(router, apiUrl, sendPage);
  addOrders(router, apiUrl, sendPage);
  addMailLinks(router, sendPage);
  router.use((_request, response) => {
    sendPage(response, 404, missingPage());
  });
  router.use(answerFault(sendPage));
  return router;
}

function addCatalogue(router: Router, apiUrl: string, sendPage: SendPage): void {
  const askApi = createApiCaller(apiUrl);
  router.get('/', async (request, response) => {
    const { cursor, type: wanted } = request.query;
    const type = PRODUCT_TYPES.find((known) => known === wanted) ?? null;
    const query = new URLSearchParams({ limit: PAGE_SIZE });
    if (type !== null) query.set('type', type);
    if (typeof cursor === 'string') query.set('cursor', cursor);
    const answer = await askApi(`/api/v1/products?${query.toString()}`, productList);
    sendPage(
      response,
      answer.status,
      pageOf(answer, (list) => productGridPage(list, type)),
    );
  });
  router.get('/products/:slug', async (request, response) => {
    const slug = encodeURIComponent(request.params.slug);
    const answer = await askApi(`/api/v1/products/${slug}`, productDetail);
    sendPage(response, answer.status, pageOf(answer, productDetailPage));
  });
}

function addCheckout(router: Router, apiUrl: string, sendPage: SendPage): void {
  const askApi = createApiCaller(apiUrl);
  router.get('/cart', (_request, response) => {
    sendPage(response, 200, cartPage());
  });
  router.get('/checkout/success', async (request, response) => {
    const { session_id: sessionId } = request.query;
    const query = new URLSearchParams({
      session_id: typeof sessionId === 'string' ? sessionId : '',
    });
    const path = `/api/v1/checkout/success?${query.toString()}`;
    const answer = await askApi(path, success, request.headers.cookie);
    if (answer.kind === 'good') {
      for (const setCookie of answer.setCookies) response.append('Set-Cookie', setCookie);
    }
    sendPage(response, answer.status, pageOf(answer, successPage));
  });
}

function addOrders(router: Router, apiUrl: string, sendPage: SendPage): void {
  const askApi = createApiCaller(apiUrl);
  const withToken = openWithToken(apiUrl, sendPage);
  router.get('/orders/:publicId', withToken, async (request, response) => {
    const path = `/api/v1/orders/${encodeURIComponent(request.params.publicId)}`;
    const answer = await askApi(path, order, request.headers.cookie);
    sendPage(response, answer.status, pageOf(answer, orderPage));
  });
  router.get('/orders/:publicId/tickets', withToken, async (request, response) => {
    const { publicId } = request.params;
    const path = `/api/v1/orders/${encodeURIComponent(publicId)}/tickets`;
    const answer = await askApi(path, ticketList, request.headers.cookie);
    sendPage(
      response,
      answer.status,
      pageOf(answer, (list) => ticketsPage(publicId, list, apiUrl)),
    );
  });
}

/** Where the account service's mails lead; accounts themselves have no page here. */
function addMailLinks(router: Router, sendPage: SendPage): void {
  router.get('/auth/callback', (request, response) => {
    // A good link brings a code, or a session behind the #, which no server sees.
    const isGood = request.query.error === undefined;
    sendPage(response, isGood ? 200 : 400, isGood ? goodLinkPage() : deadLinkPage());
  });
}

function pageOf<T>(answer: Answer<T>, render: (data: T) => Page): Page {
  return answer.kind === 'good'
    ? render(answer.data)
    : messagePage('That did not work', answer.message);
}

/** A malformed address is the visitor's mistake; everything else is ours, and told in the terminal. */
function answerFault(sendPage: SendPage): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    if (error instanceof URIError) {
      sendPage(response, 404, missingPage());
      return;
    }
    console.error(error);
    sendPage(response, 500, brokenPage());
  };
}
