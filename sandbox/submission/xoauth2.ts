/** The initial response of XOAUTH2: base64 of `user=…^Aauth=Bearer …^A^A` ("SASL XOAUTH2", Microsoft Learn). */

export interface Xoauth2 {
  readonly user: string;
  readonly token: string;
}

export type Xoauth2Read =
  | { readonly ok: true; readonly value: Xoauth2 }
  | { readonly ok: false; readonly fault: 'base64' | 'form' | 'user' | 'scheme' };

const separator = '\u0001';

export function readXoauth2(text: string): Xoauth2Read {
  if (text === '' || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text))
    return { ok: false, fault: 'base64' };
  const decoded = Buffer.from(text, 'base64').toString('utf8');
  const [user = '', auth = '', ...rest] = decoded.split(separator);
  if (rest.length !== 2 || rest.some((part) => part !== '')) return { ok: false, fault: 'form' };
  if (!user.startsWith('user=') || user.length === 'user='.length) return { ok: false, fault: 'user' };
  const token = /^auth=Bearer (\S+)$/i.exec(auth)?.[1];
  if (token === undefined) return { ok: false, fault: 'scheme' };
  return { ok: true, value: { user: user.slice('user='.length), token } };
}
