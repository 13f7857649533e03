/** The DMARC record that counts for a domain: its own, or that of its organisational domain (RFC 7489 6.6.3). */
import type { Dns } from '../../platform/dns.ts';
import { organisationalDomain } from '../../protocol/organisational-domain.ts';

export type Requested = 'none' | 'quarantine' | 'reject';

export interface DmarcRecord {
  readonly text: string;
  /** What receivers are asked to do with mail of the domain that was asked for; `undefined`: it is not readable. */
  readonly policy: Requested | undefined;
  /** As written, for the word about what is wrong. */
  readonly written: string | undefined;
  readonly strictSpf: boolean;
  readonly strictDkim: boolean;
}

export type DmarcAnswer =
  | { readonly kind: 'record'; readonly at: string; readonly record: DmarcRecord }
  | { readonly kind: 'several'; readonly at: string; readonly texts: readonly string[] }
  | { readonly kind: 'none' | 'failed'; readonly at: string };

export async function dmarcOf(domain: string, dns: Pick<Dns, 'txt'>): Promise<DmarcAnswer> {
  const own = await textsAt(domain, dns);
  const parent = organisationalDomain(domain);
  const asksParent = !own.failed && own.texts.length === 0 && parent !== domain.toLowerCase();
  const found = asksParent ? await textsAt(parent, dns) : own;
  const at = `_dmarc.${asksParent ? parent : domain}`;
  if (found.failed) return { kind: 'failed', at };
  const [text] = found.texts;
  if (text === undefined) return { kind: 'none', at };
  if (found.texts.length > 1) return { kind: 'several', at, texts: found.texts };
  return { kind: 'record', at, record: read(text, asksParent) };
}

async function textsAt(
  domain: string,
  dns: Pick<Dns, 'txt'>,
): Promise<{ readonly texts: readonly string[]; readonly failed: boolean }> {
  const answer = await dns.txt(`_dmarc.${domain}`);
  const texts = answer.kind === 'records' ? answer.records.filter((text) => /^v=DMARC1\b/i.test(text)) : [];
  return { texts, failed: answer.kind === 'failed' };
}

// RFC 7489 6.3: `sp` counts for names below the organisational domain, and `p` where it is absent.
function read(text: string, below: boolean): DmarcRecord {
  const tags = new Map(
    text.split(';').map((tag) => {
      const [name = '', value = ''] = tag.split('=', 2);
      return [name.trim().toLowerCase(), value.trim().toLowerCase()] as const;
    }),
  );
  const written = (below ? tags.get('sp') : undefined) ?? tags.get('p');
  return {
    text,
    written,
    policy: (['none', 'quarantine', 'reject'] as const).find((one) => one === written),
    strictSpf: tags.get('aspf') === 's',
    strictDkim: tags.get('adkim') === 's',
  };
}

/** Whether the authenticated domain speaks for that of the header From (RFC 7489 3.1). */
export function aligns(authenticated: string, from: string, mode: 'strict' | 'relaxed'): boolean {
  const [one, other] = [authenticated.toLowerCase(), from.toLowerCase()];
  if (one === other) return true;
  return mode === 'relaxed' && organisationalDomain(one) === organisationalDomain(other);
}
