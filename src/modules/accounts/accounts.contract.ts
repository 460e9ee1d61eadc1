import { z } from 'zod';
import { defineRoute } from '../../http/route.ts';

const instant = z.iso.datetime({ precision: 3 });
const CONTROL = /\p{Cc}/u;

export const profileSchema = z.object({
  account: z.object({
    /** The sign-in provider's id of the person. */
    id: z.uuid(),
    /** The verified one; a checkout must use it. */
    email: z.string().min(1),
    emailVerified: z.literal(true),
    createdAt: instant,
  }),
  profile: z.object({
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    phone: z.string().nullable(),
    createdAt: instant,
    updatedAt: instant,
  }),
});
export type Profile = z.infer<typeof profileSchema>;

/** Left out: unchanged. Null or blank: cleared. */
const line = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .refine((value) => !CONTROL.test(value), 'Must not contain control characters.')
    .transform((value) => (value === '' ? null : value))
    .nullable()
    .optional();

export const profileChangesSchema = z.object({
  firstName: line(120),
  lastName: line(120),
  phone: line(40),
});
export type ProfileChanges = z.infer<typeof profileChangesSchema>;

export const showProfileRoute = defineRoute({
  operationId: 'showProfile',
  method: 'get',
  path: '/api/v1/account/profile',
  summary: 'Who is signed in',
  description:
    'The first call opens the account and joins the orders that were placed under the same e-mail without signing in.',
  tag: 'Account',
  access: 'customer',
  replies: { 200: profileSchema },
});

export const changeProfileRoute = defineRoute({
  operationId: 'changeProfile',
  method: 'patch',
  path: '/api/v1/account/profile',
  summary: 'Change names and phone number',
  description: 'Only the fields that are there change; null clears one.',
  tag: 'Account',
  access: 'customer',
  body: profileChangesSchema,
  replies: { 200: profileSchema },
});
