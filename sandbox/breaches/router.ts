import { createHash } from 'node:crypto';
import express, { type Router } from 'express';

/** What everybody tries first, with how often it was seen. */
export const BREACHED_PASSWORDS: readonly (readonly [string, number])[] = [
  ['password', 9_545_824],
  ['password1', 2_413_945],
  ['password123', 123_927],
  ['12345678', 4_612_345],
  ['correct horse battery staple', 384],
];

const PADDING_LINES = 20;

const hashOf = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase();

/** Stand-in for the range lookup of Pwned Passwords: a text of `SUFFIX:COUNT` lines, padded if that was asked for. */
export function createBreachesRouter(): Router {
  const router = express.Router();
  router.get('/range/:prefix', (request, response) => {
    const prefix = request.params.prefix.toUpperCase();
    if (!/^[0-9A-F]{5}$/.test(prefix)) {
      response.status(400).type('text/plain').send('The hash prefix was not in a valid format');
      return;
    }
    const hits = BREACHED_PASSWORDS.map(([text, count]) => [hashOf(text), count] as const)
      .filter(([hash]) => hash.startsWith(prefix))
      .map(([hash, count]) => `${hash.slice(5)}:${String(count)}`);
    const padding =
      request.get('add-padding') === 'true'
        ? Array.from(
            { length: PADDING_LINES },
            (_, n) => `${hashOf(`${prefix} ${String(n)}`).slice(5)}:0`,
          )
        : [];
    response.type('text/plain').send([...hits, ...padding].join('\r\n'));
  });
  return router;
}
