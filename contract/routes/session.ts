/** Signing in and out. */
import { z } from 'zod';
import type { Route } from '../route.ts';
import * as s from '../schemas/access.ts';

export const sessionRoutes = {
  session: {
    method: 'GET',
    path: '/api/v1/session',
    summary: 'Who is signed in, and how one signs in here.',
    role: 'anyone',
    response: s.sessionView,
  },
  signIn: {
    method: 'POST',
    path: '/api/v1/session',
    summary:
      'Sign in by password; the session is a cookie. A 401 of type `urn:relay365:code-needed` asks for the code as well.',
    role: 'anyone',
    body: s.signInBody,
    response: s.sessionView,
    problems: [400, 401, 429],
  },
  signOut: {
    method: 'DELETE',
    path: '/api/v1/session',
    summary: 'End this session.',
    role: 'signed-in',
    success: 204,
    problems: [409],
  },
  makeFirstAccount: {
    method: 'POST',
    path: '/api/v1/session/first',
    summary: 'Make the first administrator by the one-time link, and sign in.',
    role: 'anyone',
    body: s.firstAccountBody,
    response: s.sessionView,
    problems: [400, 401, 409, 422, 429],
  },
  passkeyOptions: {
    method: 'POST',
    path: '/api/v1/session/passkey/options',
    readsOnly: true,
    summary: 'Begin to sign in by passkey.',
    role: 'anyone',
    response: s.passkeyChallenge,
    problems: [409, 429],
  },
  passkeySignIn: {
    method: 'POST',
    path: '/api/v1/session/passkey',
    summary: 'Sign in by passkey.',
    role: 'anyone',
    body: s.passkeySignInBody,
    response: s.sessionView,
    problems: [400, 401, 409, 429],
  },
  oidcStart: {
    method: 'GET',
    path: '/api/v1/session/oidc/start',
    summary: 'Go to the identity provider (OpenID Connect, code flow).',
    role: 'anyone',
    success: 302,
    problems: [409, 429, 502],
  },
  oidcCallback: {
    method: 'GET',
    path: '/api/v1/session/oidc/callback',
    summary:
      'Where the identity provider sends the browser back to; ends at the console, signed in or told why not.',
    role: 'anyone',
    audited: true,
    query: z.looseObject({
      code: z.string().optional(),
      state: z.string().optional(),
      error: z.string().optional(),
    }),
    success: 302,
    problems: [400, 409],
  },
} as const satisfies Record<string, Route>;
