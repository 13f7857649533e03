/** What an SPF result means for a message of a source that asks for it (RFC 7208 2.6, 8.4 to 8.7; RFC 7372 3.2). Pure. */
import type { SpfConfig } from '../config/spf-schema.ts';
import type { SpfVerdict } from '../protocol/spf/spf.ts';
import type { ClientFacts } from './client-facts.ts';
import type { Policy, Source } from './policy.ts';
import { recognise } from './recognise.ts';
import type { Refusal } from './verdict.ts';

/** What a source or its listener makes of SPF, and which of the two says so. */
export interface SpfRule {
  readonly config: SpfConfig;
  readonly of: string;
}

/**
 * Whether SPF is asked for a message of this source: `undefined` where neither source nor listener wants it, and where the
 * address alone would do, because the permission of an address supersedes SPF, as that of a connector does.
 */
export function spfRuleFor(
  policy: Policy,
  source: Source,
  { login: _l, certificate: _c, ...facts }: ClientFacts,
  listener: { readonly name: string; readonly spf?: SpfConfig | undefined },
): SpfRule | undefined {
  const own = source.config.spf;
  const config = own ?? listener.spf;
  if (!config) return undefined;
  const byAddress = recognise(policy, facts);
  if (byAddress.kind === 'source' && byAddress.source.name === source.name) return undefined;
  return { config, of: own ? `the source ${source.name}` : `the listener ${listener.name}` };
}

/** `undefined`: it is recorded, and passes. */
export function judgeSpf({ config: spf, of }: SpfRule, verdict: SpfVerdict): Refusal | undefined {
  const { result, domain, mechanism, problem } = verdict;
  const why = `SPF of ${domain} comes to ${result}${mechanism === undefined ? '' : ` by ${mechanism}`}${problem === undefined ? '' : `: ${problem}`}`;
  const about = {
    rule: `spf-${result}`,
    explanation: `${why}; \`spf\` of ${of} decides what follows`,
  };
  switch (result) {
    case 'fail':
      return by(spf.fail, { code: 550, enhanced: '5.7.23', text: 'SPF validation failed', ...about });
    case 'softfail':
      return by(spf.softfail, { code: 550, enhanced: '5.7.23', text: 'SPF validation failed', ...about });
    case 'permerror':
      return by(spf.permerror, { code: 550, enhanced: '5.7.24', text: 'SPF validation error', ...about });
    case 'temperror':
      return by(spf.temperror, {
        code: 451,
        enhanced: '4.7.24',
        text: 'SPF cannot be looked up now',
        ...about,
      });
    case 'none':
    case 'neutral':
    case 'pass':
      return undefined;
  }
}

function by(action: 'refuse' | 'defer' | 'record', refusal: Omit<Refusal, 'kind'>): Refusal | undefined {
  if (action === 'record') return undefined;
  if (action === 'refuse') return { kind: 'refuse', ...refusal };
  return { kind: 'defer', ...refusal, code: 451, enhanced: refusal.enhanced.replace(/^5/, '4') };
}
