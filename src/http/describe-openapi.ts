import { z } from 'zod';
import { problems, type ProblemSpec } from '../kernel/problems.ts';
import type { UploadRules } from './read-upload.ts';
import type { Route } from './route.ts';

type Json = Record<string, unknown>;

/** Whose query strings and params accept text only: described by what is sent, not by what it becomes. */
function schemaOf(schema: z.ZodType): Json {
  const described = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-2020-12',
    unrepresentable: 'any',
  });
  const { $schema: _dialect, ...rest } = described;
  return rest;
}

/** The API description (OpenAPI 3.1) of these routes; nothing in it is written by hand. */
export function describeOpenApi(
  routes: readonly Route[],
  info: { title: string; version: string },
): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: describeOperation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      ...info,
      description:
        'Every JSON answer is an envelope; `errors.code` of a failure is stable for ever. ' +
        'With `Accept: application/problem+json` failures are answered as RFC 9457.',
    },
    paths,
    components: {
      schemas: { ErrorEnvelope: errorEnvelope() },
      securitySchemes: {
        customer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        signInCookie: { type: 'apiKey', in: 'cookie', name: '__Host-popbox_access' },
        csrfToken: { type: 'apiKey', in: 'header', name: 'X-CSRF-Token' },
        guestCookie: { type: 'apiKey', in: 'cookie', name: 'guest_order_session' },
        signature: { type: 'apiKey', in: 'header', name: 'Stripe-Signature' },
      },
    },
  };
}

function describeOperation(route: Route): Json {
  return {
    operationId: route.operationId,
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    tags: [route.tag],
    ...describeAccess(route),
    ...describeParameters(route),
    ...(route.bodyKind === 'none' ? {} : { requestBody: describeBody(route) }),
    responses: { ...describeReplies(route), ...describeProblems(route.problems) },
  };
}

function describeAccess(route: Route): Json {
  switch (route.access) {
    case 'public':
      return {};
    case 'optionalCustomer':
      return { security: [{}, { customer: [] }, { signInCookie: [], csrfToken: [] }] };
    case 'guest':
      return { security: [{ guestCookie: [] }] };
    case 'signature':
      return { security: [{ signature: [] }] };
    case 'signedIn':
    case 'customer':
    case 'admin':
    case 'staff':
      return { security: [{ customer: [] }, { signInCookie: [], csrfToken: [] }] };
  }
}

function describeParameters(route: Route): Json {
  const parameters = [
    ...fieldsOf(route.params, 'path'),
    ...fieldsOf(route.query, 'query'),
    ...route.headers.map((header) => ({ ...header, in: 'header', schema: { type: 'string' } })),
  ];
  return parameters.length === 0 ? {} : { parameters };
}

function fieldsOf(schema: z.ZodType, place: 'path' | 'query'): Json[] {
  const described = schemaOf(schema);
  const properties = (described.properties ?? {}) as Record<string, Json>;
  const required = (described.required ?? []) as string[];
  return Object.entries(properties).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: field,
  }));
}

function describeBody(route: Route): Json {
  if (route.upload !== null) {
    const schema = describeForm(schemaOf(route.body), route.upload);
    return { required: true, content: { 'multipart/form-data': { schema } } };
  }
  return route.bodyKind === 'raw'
    ? { required: true, content: { 'application/json': { schema: {} } } }
    : {
        required: !route.body.safeParse(undefined).success,
        content: { 'application/json': { schema: schemaOf(route.body) } },
      };
}

/** The texts of a form, and a list of files for each field that takes them. */
function describeForm(texts: Json, upload: UploadRules): Json {
  const files = {
    type: 'array',
    maxItems: upload.maxFiles,
    items: { type: 'string', contentMediaType: 'application/octet-stream' },
  };
  const fields = Object.fromEntries(upload.fileFields.map((name) => [name, files]));
  const named = texts.properties as Json | undefined;
  return { type: 'object', properties: { ...fields, ...named } };
}

function describeReplies(route: Route): Json {
  const replies = Object.entries(route.replies).map(([status, data]) => [
    status,
    {
      description: 'Success',
      content: { 'application/json': { schema: envelope(Number(status), data) } },
    },
  ]);
  const redirect = route.redirect
    ? [['302', { description: 'Accepted; goes on at `Location`.' }]]
    : [];
  const file = { schema: { type: 'string' } };
  const download =
    route.downloadType === null
      ? []
      : [['200', { description: 'The file.', content: { [route.downloadType]: file } }]];
  return Object.fromEntries([...replies, ...redirect, ...download]) as Json;
}

function envelope(status: number, data: z.ZodType): Json {
  return {
    type: 'object',
    required: ['status', 'code', 'success', 'message', 'data', 'requestId'],
    properties: {
      status: { const: 'success' },
      code: { const: status },
      success: { const: true },
      message: { type: 'string' },
      data: schemaOf(data),
      requestId: { type: 'string' },
    },
  };
}

function errorEnvelope(): Json {
  return {
    type: 'object',
    required: ['status', 'code', 'success', 'message', 'data', 'errors', 'requestId'],
    properties: {
      status: { const: 'error' },
      code: { type: 'integer' },
      success: { const: false },
      message: { type: 'string', minLength: 1 },
      data: { type: 'null' },
      errors: {
        type: 'object',
        required: ['code'],
        properties: {
          code: { type: 'string', pattern: '^[A-Z0-9_]+$' },
          fields: {
            type: 'object',
            additionalProperties: { type: 'array', items: { type: 'string' } },
          },
        },
      },
      requestId: { type: 'string' },
    },
  };
}

/** One answer per status, whose text lists each code with its meaning. */
function describeProblems(declared: readonly ProblemSpec[]): Json {
  const byStatus = new Map<number, ProblemSpec[]>();
  for (const spec of [...Object.values(problems), ...declared]) {
    byStatus.set(spec.status, [...(byStatus.get(spec.status) ?? []), spec]);
  }
  return Object.fromEntries(
    [...byStatus.entries()]
      .sort(([a], [b]) => a - b)
      .map(([status, specs]) => [
        String(status),
        {
          description: specs.map((spec) => `\`${spec.code}\`: ${spec.message}`).join('\n'),
          content: {
            'application/json': { schema: { $ref: '#/components/schemas/ErrorEnvelope' } },
          },
        },
      ]),
  );
}
