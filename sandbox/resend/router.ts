import express from 'express';
import type { ErrorRequestHandler, Response, Router } from 'express';
import type { SandboxCore } from '../core.ts';
import { readBatch, readMail } from './mail-request.ts';
import { ResendRefusal } from './resend-refusal.ts';
import { resendOf } from './resend-state.ts';
import type { ResendState } from './resend-state.ts';

const MAX_KEY_LENGTH = 256;
const NO_STRUCTURE = 'The request body is not valid JSON.';

/** Stand-in for Resend: `/emails`, `/emails/batch`, `/emails/:id`. */
export function createResendRouter(core: SandboxCore): Router {
  const state = resendOf(core);
  const router = express.Router();
  router.use('/emails', (request, _response, next) => {
    checkApiKey(request.get('authorization'));
    next();
  });
  router.use('/emails', express.json({ limit: '40mb' }));
  router.post('/emails', (request, response) => {
    answerOnce(state, request.get('idempotency-key'), request.body, response, (key) => {
      const mail = state.accept(readMail(request.body), key);
      return { id: mail.id };
    });
  });
  router.post('/emails/batch', (request, response) => {
    answerOnce(state, request.get('idempotency-key'), request.body, response, (key) => {
      const mails = readBatch(request.body).map((mail) => state.accept(mail, key));
      return { data: mails.map(({ id }) => ({ id })) };
    });
  });
  router.get('/emails/:id', (request, response) => {
    const mail = core.mails.find(({ id, kind }) => id === request.params.id && kind === 'resend');
    if (mail === undefined) throw new ResendRefusal(404, 'not_found', 'Email not found');
    response.json({
      object: 'email',
      id: mail.id,
      to: mail.to,
      from: mail.from,
      created_at: mail.receivedAt,
      subject: mail.subject,
      html: mail.html,
      text: mail.text,
      bcc: [],
      cc: [],
      reply_to: mail.replyTo,
      last_event: state.lastEvents.get(mail.id) ?? 'sent',
    });
  });
  router.use('/emails', answerRefusals);
  return router;
}

function checkApiKey(authorization: string | undefined): void {
  const key = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
  if (key === undefined) throw new ResendRefusal(401, 'missing_api_key', 'Missing API Key');
  if (!key.startsWith('re_')) {
    throw new ResendRefusal(403, 'invalid_api_key', 'API key is invalid');
  }
}

/**
 * Does the work once per key. The key stays "in flight" until the answer has left, so that a caller
 * who repeats too early hears what the real server says.
 */
function answerOnce(
  state: ResendState,
  key: string | undefined,
  body: unknown,
  response: Response,
  work: (key: string | null) => object,
): void {
  if (key === undefined) {
    response.json(work(null));
    return;
  }
  if (key.length === 0 || key.length > MAX_KEY_LENGTH) {
    throw new ResendRefusal(
      400,
      'invalid_idempotency_key',
      'The idempotency key must be between 1-256 characters.',
    );
  }
  const fingerprint = JSON.stringify(body);
  const known = state.attempts.get(key);
  if (known === undefined) {
    // A refused mail leaves no trace: the corrected one may use the same key.
    const answer = work(key);
    const attempt = { fingerprint, answer, isInFlight: true };
    state.attempts.set(key, attempt);
    for (const end of ['finish', 'close']) {
      response.once(end, () => {
        attempt.isInFlight = false;
      });
    }
    response.json(answer);
    return;
  }
  if (known.fingerprint !== fingerprint) {
    throw new ResendRefusal(
      409,
      'invalid_idempotent_request',
      'This idempotency key has been used on a request that had a different payload.',
    );
  }
  if (known.isInFlight) {
    throw new ResendRefusal(
      409,
      'concurrent_idempotent_requests',
      'Another request with the same idempotency key is currently in progress.',
    );
  }
  response.json(known.answer);
}

const answerRefusals: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  const refusal =
    error instanceof SyntaxError ? new ResendRefusal(400, 'validation_error', NO_STRUCTURE) : error;
  if (!(refusal instanceof ResendRefusal)) {
    next(error);
    return;
  }
  const { statusCode, code, message } = refusal;
  response.status(statusCode).json({ statusCode, message, name: code });
};
