/** What an SPF result means for a message of a source that asks for it (RFC 7208 2.6, 8.4 to 8.7; RFC 7372 3.2). Pure. */
import type { SpfVerdict } from '../protocol/spf/spf.ts';
import type { Source } from './policy.ts';
import type { Refusal } from './verdict.ts';

/** `undefined`: it is recorded, and passes. */
export function judgeSpf(source: Source, verdict: SpfVerdict): Refusal | undefined {
  const { spf } = source.config;
  if (!spf) return undefined;
  const { result, domain, mechanism, problem } = verdict;
  const why = `SPF of ${domain} comes to ${result}${mechanism === undefined ? '' : ` by ${mechanism}`}${problem === undefined ? '' : `: ${problem}`}`;
  const about = {
    rule: `spf-${result}`,
    explanation: `${why}; \`spf\` of the source ${source.name} decides what follows`,
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
