import type { RequestHandler } from 'express';
import type { SandboxCore } from '../core.ts';

/** What the gateway in front of Supabase asks of every call: a known API key. */
export function requireApiKey(core: SandboxCore): RequestHandler {
  return (request, response, next) => {
    const key = request.get('apikey') ?? textOf(request.query.apikey) ?? bearerOf(request);
    if (key === null) {
      response.status(401).json({
        message: 'No API key found in request',
        hint: 'No `apikey` request header or url param was found.',
      });
      return;
    }
    const { supabasePublicKey, supabaseSecretKey } = core.settings;
    if (key !== supabasePublicKey && key !== supabaseSecretKey) {
      response.status(401).json({
        message: 'Invalid API key',
        hint: 'Double check your Supabase `anon` or `service_role` API key.',
      });
      return;
    }
    next();
  };
}

/** True for the key that may do everything. */
export function hasSecretKey(
  core: SandboxCore,
  request: { get: (name: string) => string | undefined },
): boolean {
  const { supabaseSecretKey } = core.settings;
  return request.get('apikey') === supabaseSecretKey || bearerOf(request) === supabaseSecretKey;
}

function bearerOf(request: { get: (name: string) => string | undefined }): string | null {
  return /^Bearer (\S+)$/i.exec(request.get('authorization') ?? '')?.[1] ?? null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
