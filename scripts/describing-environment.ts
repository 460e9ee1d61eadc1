import { LIMIT_CLASSES } from '../src/config/index.ts';

/** For whoever calls as a whole shop from one address: counted as ever, and never refused. */
export const UNREACHED_LIMITS = LIMIT_CLASSES.flatMap((name) => [
  `${name}.client=1000000000/60`,
  `${name}.person=1000000000/60`,
]).join(',');

/** Stand-in values with which the app can be built to be described; it is never started with them. */
export const describingEnvironment: Record<string, string> = {
  NODE_ENV: 'test',
  RATE_LIMITS: UNREACHED_LIMITS,
  CORS_ORIGIN: 'http://localhost:3001',
  CLIENT_BASE_URL: 'http://localhost:3001',
  DATABASE_URL: 'postgres://localhost:5432/none',
  SUPABASE_URL: 'http://localhost:4010',
  SUPABASE_PUBLIC_KEY: 'none',
  SUPABASE_SECRET_KEY: 'none',
  SUPABASE_STORAGE_BUCKET: 'product-images',
  STRIPE_SECRET_KEY: 'none',
  STRIPE_WEBHOOK_SECRET: 'whsec_none',
  STRIPE_SUCCESS_URL: 'http://localhost:3001/checkout/success?session_id={CHECKOUT_SESSION_ID}',
  STRIPE_CANCEL_URL: 'http://localhost:3001/cart',
  RESEND_API_KEY: 're_none',
  RESEND_FROM_EMAIL: 'shop@popbox.test',
  ORDER_NOTIFICATION_EMAIL: 'orders@popbox.test',
  CONTACT_EMAIL: 'hello@popbox.test',
  ORDER_TOKEN_PEPPER: 'not-a-secret-0123456789-abcdefghij',
};
