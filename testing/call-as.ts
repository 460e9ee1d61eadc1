import type { HttpMethod } from '../src/http/route.ts';
import type { SignedIn } from './factories.ts';
import type { World } from './world.ts';

export type Answer<T> = {
  status: number;
  data: T;
  code: unknown;
  fields: Record<string, string[]>;
};

/** Sends JSON as somebody who is signed in; the answer may be a refusal. */
export async function callAs<T>(
  w: World,
  who: SignedIn,
  [method, path]: readonly [HttpMethod, string],
  body?: object,
): Promise<Answer<T>> {
  const request = w.http[method](`/api/v1${path}`).set('Authorization', `Bearer ${who.token}`);
  const response = await (body === undefined ? request : request.send(body));
  const { data, errors } = response.body as {
    data: T;
    errors?: { code?: unknown; fields?: Record<string, string[]> };
  };
  return { status: response.status, data, code: errors?.code, fields: errors?.fields ?? {} };
}
