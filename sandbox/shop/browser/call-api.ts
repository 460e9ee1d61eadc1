/** What the API said. `status` 0: it could not be reached. */
export type Reply = {
  status: number;
  ok: boolean;
  data: Readonly<Record<string, unknown>>;
  /** For the shopper; with what is wrong in each field. */
  message: string;
  code: string;
};

const UNREACHABLE = 'The shop cannot be reached. Please try again.';

/** Asks the API through the shop's own origin, which is where its cookies are. Never rejects. */
export async function callApi(path: string, init: RequestInit = {}): Promise<Reply> {
  try {
    const response = await fetch(`/shop/api/v1${path}`, init);
    const body = asFields(await response.json());
    const errors = asFields(body['errors']);
    return {
      status: response.status,
      ok: response.ok,
      data: asFields(body['data']),
      message: [asText(body['message']), ...fieldMessages(errors['fields'])].join(' '),
      code: asText(errors['code']),
    };
  } catch {
    return { status: 0, ok: false, data: {}, message: UNREACHABLE, code: '' };
  }
}

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function fieldMessages(fields: unknown): string[] {
  return Object.entries(asFields(fields)).map(
    ([name, texts]) => `${name}: ${Array.isArray(texts) ? texts.map(asText).join(' ') : ''}`,
  );
}

function asFields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
