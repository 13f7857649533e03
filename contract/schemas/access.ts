/** Sign-in, accounts, sessions and API tokens. Secrets appear in the answer that makes them, and never again. */
import { z } from 'zod';
import { role } from '../roles.ts';
import { moment } from './common.ts';

/** Compared without regard to case; user principal names of Entra ID fit. */
export const accountName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$/,
    'a name begins with a letter or digit, and holds letters, digits and . _ @ + - only, at most 128 characters',
  )
  .describe('Letters, digits and . _ @ + -, compared without regard to case.');

/** NIST SP 800-63B-4 3.1.1.2: length counts, rules of composition do not; at least 15 where it is the only factor. */
export const newPassword = z.string().min(15).max(1024).describe('At least 15 characters.');

/** What was typed may be anything. */
const typedPassword = z.string().min(1).max(1024);

const code = z
  .string()
  .regex(/^\d{6}$/)
  .describe('Six digits of the authenticator app (RFC 6238).');

const accessId = z.string().regex(/^[0-9A-Za-z]{1,64}$/);

export const sessionView = z
  .object({
    signedIn: z.boolean(),
    id: z.string().optional().describe('Of this session, in the list of sessions.'),
    name: z.string().optional(),
    role: role.optional(),
    via: z.enum(['session', 'token', 'local']).optional(),
    methods: z.object({
      password: z.boolean(),
      passkey: z.boolean().describe('False under an address: WebAuthn needs a host name.'),
      oidc: z.object({ label: z.string() }).optional(),
    }),
    firstAccount: z
      .boolean()
      .describe('There is no account yet; the link that the relay prints at its start makes the first one.'),
    hostname: z.string(),
    version: z.string().optional().describe('Only for who is signed in.'),
    expiresAt: moment.optional(),
  })
  .meta({ id: 'Session' });

export const signInBody = z.object({
  username: z.string().min(1).max(200),
  password: typedPassword,
  code: code.optional(),
});

export const firstAccountBody = z.object({
  token: z.string().min(1).max(200).describe('What follows the # of the link.'),
  username: accountName,
  password: newPassword,
});

/** Options and answers of WebAuthn; their content is the browser's and the library's business. */
const webAuthn = z.record(z.string(), z.unknown());

export const passkeyChallenge = z
  .object({
    id: z.string().describe('To be given back with the answer, within five minutes.'),
    options: webAuthn.describe('For the browser, as PublicKeyCredential.parse…OptionsFromJSON takes them.'),
  })
  .meta({ id: 'PasskeyChallenge' });

export const passkeySignInBody = z.object({ id: accessId, response: webAuthn });
export const passkeyAddBody = z.object({
  id: accessId,
  name: z.string().min(1).max(60).describe('By which its owner knows it.'),
  response: webAuthn,
});

export const passkeyView = z
  .object({
    id: z.string(),
    name: z.string(),
    createdAt: moment,
    lastUsedAt: moment.optional(),
  })
  .meta({ id: 'Passkey' });

export const userView = z
  .object({
    name: z.string(),
    role,
    disabled: z.boolean(),
    kind: z
      .enum(['local', 'oidc'])
      .describe('`oidc`: known by the identity provider, which gives the role at each sign-in.'),
    password: z.boolean().describe('Has one.'),
    totp: z.boolean().describe('An authenticator app is asked for.'),
    passkeys: z.int(),
    createdAt: moment,
    passwordChangedAt: moment.optional(),
    lastSignInAt: moment.optional(),
  })
  .meta({ id: 'User' });

export const userBody = z.object({
  name: accountName,
  role,
  password: newPassword,
});

export const userChange = z.object({
  role: role.optional(),
  disabled: z.boolean().optional().describe('True ends all sessions of the account.'),
  password: newPassword.optional().describe('A new one ends all sessions of the account.'),
  totp: z.literal(false).optional().describe('False takes the authenticator app away, where it was lost.'),
  passkeys: z.literal(false).optional().describe('False takes all passkeys away.'),
});

export const ownPasswordBody = z.object({ current: typedPassword, password: newPassword });

export const totpOffer = z
  .object({
    secret: z.string().describe('Base32; shown once.'),
    uri: z.string().describe('otpauth://, for a QR code.'),
  })
  .meta({ id: 'TotpOffer' });

export const totpConfirm = z.object({ code });

export const signedInSession = z
  .object({
    id: z.string(),
    name: z.string(),
    current: z.boolean(),
    method: z.enum(['password', 'password-and-code', 'passkey', 'oidc', 'first-account']),
    address: z.string(),
    userAgent: z.string().optional(),
    createdAt: moment,
    lastSeenAt: moment,
    expiresAt: moment,
  })
  .meta({ id: 'SignedInSession' });

export const tokenName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/);

export const tokenView = z
  .object({
    id: z.string(),
    name: z.string(),
    role: role.describe('What the token may do.'),
    prefix: z.string().describe('Begin of the token, by which it can be recognised.'),
    createdBy: z.string(),
    createdAt: moment,
    expiresAt: moment.optional(),
    lastUsedAt: moment.optional().describe('Exact to five minutes.'),
  })
  .meta({ id: 'Token' });

export const tokenBody = z.object({
  name: tokenName,
  role,
  expiresAt: moment.optional().describe('Absent: until it is removed.'),
});

export const newToken = tokenView
  .extend({ token: z.string().describe('For `Authorization: Bearer`; shown once.') })
  .meta({ id: 'NewToken' });

export const accessIdParam = z.object({ id: accessId });
export const userParam = z.object({ name: accountName });

export type SessionView = z.output<typeof sessionView>;
export type UserView = z.output<typeof userView>;
export type SignedInSession = z.output<typeof signedInSession>;
export type TokenView = z.output<typeof tokenView>;
export type PasskeyView = z.output<typeof passkeyView>;
