import express from 'express';
import type { ErrorRequestHandler, Request, Router } from 'express';
import type { SandboxCore } from '../core.ts';
import { hasSecretKey, requireApiKey } from './api-key.ts';
import { AuthRefusal, OAuthRefusal, sendRefusal } from './auth-error.ts';
import { openLink } from './mail-links.ts';
import { userJson } from './people.ts';
import { checkBearer, endSession, sessionJson } from './sessions.ts';
import { changePerson, recoverPassword, resendConfirmation, signUp } from './sign-up.ts';
import { jwksOf } from './signing-keys.ts';
import { supabaseOf } from './supabase-state.ts';
import { grantSession } from './token-grants.ts';

/** The auth server, to be mounted at `/auth/v1`. */
export function createAuthRouter(core: SandboxCore): Router {
  const state = supabaseOf(core);
  const router = express.Router();

  router.get('/.well-known/jwks.json', (_request, response) => {
    response.set('Cache-Control', 'public, max-age=600').json(jwksOf(state.auth.keys));
  });
  router.get('/health', (_request, response) => {
    response.json({
      name: 'GoTrue',
      version: 'sandbox',
      description: 'stand-in for local use',
    });
  });
  // People open this one from their mail: no API key.
  router.get('/verify', async (request, response) => {
    const token = typeof request.query.token === 'string' ? request.query.token : '';
    response.redirect(302, await openLink(state, token, redirectTarget(core, request)));
  });

  router.use(requireApiKey(core), express.json({ limit: '1mb' }));
  router.post('/token', async (request, response) => {
    const session = await grantSession(state, request.query.grant_type, request.body);
    response.set('Cache-Control', 'no-store').json(await sessionJson(state.auth, session));
  });
  router.post('/signup', (request, response) => {
    response.json(signUp(core, state, request.body, redirectTarget(core, request)));
  });
  router.post('/resend', (request, response) => {
    resendConfirmation(core, state, request.body, redirectTarget(core, request));
    response.json({});
  });
  router.post('/recover', (request, response) => {
    recoverPassword(core, state, request.body, redirectTarget(core, request));
    response.json({});
  });
  router.get('/user', async (request, response) => {
    const { person } = await checkBearer(state.auth, request.get('authorization'));
    response.json(userJson(person));
  });
  router.put('/user', async (request, response) => {
    const { person } = await checkBearer(state.auth, request.get('authorization'));
    response.json(changePerson(state, person, request.body));
  });
  router.post('/logout', async (request, response) => {
    const { person, session } = await checkBearer(state.auth, request.get('authorization'));
    const scope = request.query.scope ?? 'global';
    for (const other of [...state.auth.tokens.sessions.values()]) {
      if (other.personId !== person.id) continue;
      const isThis = other.id === session.id;
      if (scope === 'local' ? isThis : scope === 'others' ? !isThis : true) {
        endSession(state.auth, other.id);
      }
    }
    response.status(204).end();
  });
  router.get('/admin/users', (request, response) => {
    if (!hasSecretKey(core, request)) {
      throw new AuthRefusal(403, 'not_admin', 'User not allowed');
    }
    const users = [...state.auth.people.values()].map(userJson);
    response.json({ users, aud: 'authenticated' });
  });
  router.use(() => {
    throw new AuthRefusal(404, 'not_found', 'The stand-in does not know this endpoint');
  });
  router.use(answerRefusals);
  return router;
}

const answerRefusals: ErrorRequestHandler = (error: unknown, request, response, next) => {
  if (error instanceof AuthRefusal || error instanceof OAuthRefusal) {
    sendRefusal(request, response, error);
  } else if (error instanceof SyntaxError) {
    const refusal = new AuthRefusal(400, 'bad_json', 'Could not parse request body as JSON');
    sendRefusal(request, response, refusal);
  } else {
    next(error);
  }
};

const LOOPBACK_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** Where a link may send its reader: the site, or this machine. Anything else becomes the site. */
function redirectTarget(core: SandboxCore, request: Request): string {
  const wanted = request.query.redirect_to;
  const { siteUrl } = core.settings;
  if (typeof wanted !== 'string' || !URL.canParse(wanted)) return siteUrl;
  const url = new URL(wanted);
  const isHttp = url.protocol === 'http:' || url.protocol === 'https:';
  const isKnown = url.origin === new URL(siteUrl).origin || LOOPBACK_HOSTS.includes(url.hostname);
  return isHttp && isKnown ? url.href : siteUrl;
}
