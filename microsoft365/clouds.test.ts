import { describe, expect, it } from 'vitest';
import { cloudNamed, clouds, cloudsOf, isTenantMxHost, mixtureOf } from './clouds.ts';

describe('clouds', () => {
  it('gives all names of a cloud at once', () => {
    expect(cloudNamed('worldwide')).toMatchObject({
      authority: 'login.microsoftonline.com',
      graph: 'graph.microsoft.com',
      submission: 'smtp.office365.com',
      smtpScope: 'https://outlook.office365.com/.default',
      unconfirmed: [],
    });
    expect(cloudNamed('gcc-high')).toMatchObject({
      authority: 'login.microsoftonline.us',
      graph: 'graph.microsoft.us',
    });
    expect(cloudNamed('dod')).toMatchObject({ graph: 'dod-graph.microsoft.us' });
    expect(cloudNamed('china')).toMatchObject({
      authority: 'login.chinacloudapi.cn',
      graph: 'microsoftgraph.chinacloudapi.cn',
      submission: 'smtp.partner.outlook.cn',
    });
  });

  it.each(clouds.map((cloud) => [cloud.name, cloud] as const))('%s mixes nothing itself', (name, cloud) => {
    const { authority, graph, submission, smtpScope, graphScope, mxSuffixes, spfInclude } = cloud;
    const hosts = [authority, graph, submission, smtpScope, graphScope, spfInclude, ...mxSuffixes].filter(
      (host) => host !== undefined,
    );
    for (const host of hosts) expect(cloudsOf(host), host).toContain(name);
    expect(mixtureOf(hosts)).toBeUndefined();
    expect(graphScope).toBe(`https://${graph}/.default`);
  });

  it('names no host where none is published, and says what is doubtful', () => {
    const dod = cloudNamed('dod');
    expect(dod.submission).toBeUndefined();
    expect(dod.smtpScope).toBeUndefined();
    expect(dod.unconfirmed).toEqual(['submission', 'mxSuffixes', 'smtpScope']);
    for (const { name } of clouds) {
      const { unconfirmed } = cloudNamed(name);
      expect(unconfirmed.length > 0, name).toBe(name !== 'worldwide');
    }
  });

  it('lets the configuration override, which settles the doubt', () => {
    const cloud = cloudNamed('gcc-high', { submission: 'smtp.office365.us' });
    expect(cloud.submission).toBe('smtp.office365.us');
    expect(cloud.unconfirmed).toEqual(['smtpScope']);
    expect(cloudNamed('gcc-high').submission).toBe('outlook.office365.us');
  });
});

describe('mixtureOf', () => {
  it.each([
    ['nothing', []],
    ['one host', ['smtp.office365.com']],
    [
      'one cloud',
      [
        'https://login.microsoftonline.com/t/oauth2/v2.0/token',
        'graph.microsoft.com:443',
        'contoso-com.mail.protection.outlook.com.',
      ],
    ],
    [
      'the two MX families of one cloud',
      ['contoso-com.mail.protection.outlook.com', 'contoso-com.o-v1.mx.microsoft'],
    ],
    ['clouds that share a token endpoint', ['login.microsoftonline.us', 'DOD-graph.microsoft.us']],
    ['a sandbox or a proxy', ['127.0.0.1:2525', 'smtp.office365.com', 'proxy.contoso.com']],
    [
      'names that only look alike',
      ['graph.microsoft.com.contoso.com', 'notoffice365.us', 'smtp.office365.com'],
    ],
  ])('finds none in %s', (_what, hosts) => {
    expect(mixtureOf(hosts)).toBeUndefined();
  });

  it.each([
    ['token of another cloud', ['login.microsoftonline.com', 'graph.microsoft.us']],
    [
      'the two government clouds',
      ['graph.microsoft.us', 'dod-graph.microsoft.us', 'login.microsoftonline.us'],
    ],
    ['scope of another cloud', ['smtp.partner.outlook.cn', 'https://outlook.office365.com/.default']],
    ['MX of another cloud', ['login.chinacloudapi.cn', 'contoso-cn.mail.protection.outlook.com']],
  ])('finds one: %s', (_what, hosts) => {
    expect(mixtureOf(hosts)?.hosts.map(({ host }) => host)).toEqual(hosts);
  });

  it('says where each host belongs and leaves out those it does not know', () => {
    expect(mixtureOf(['smtp.office365.com', 'relay.contoso.com', 'login.microsoftonline.us'])).toEqual({
      hosts: [
        { host: 'smtp.office365.com', clouds: ['worldwide'] },
        { host: 'login.microsoftonline.us', clouds: ['gcc-high', 'dod'] },
      ],
    });
  });
});

describe('isTenantMxHost', () => {
  it.each([
    ['contoso-com.mail.protection.outlook.com', true],
    ['Contoso-com.o-v1.MX.microsoft.', true],
    ['mail.protection.outlook.com', false],
    ['smtp.office365.com', false],
    ['contoso-com.mail.protection.outlook.com.example.net', false],
  ])('%s: %s', (host, is) => {
    expect(isTenantMxHost(host)).toBe(is);
  });

  it('knows the cloud', () => {
    expect(isTenantMxHost('contoso.mail.protection.office365.us', 'dod')).toBe(true);
    expect(isTenantMxHost('contoso.mail.protection.office365.us', 'worldwide')).toBe(false);
  });
});
