import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';

import { Api } from '@core/api/api';
import { Texts } from '@core/i18n/texts';
import { AuditLog } from './audit-log';

const entry = (number: number, change: object = {}) => ({
  entry_id: `aud_${number}`,
  at: `2026-11-26T1${number}:00:00Z`,
  actor: 'key_1',
  actor_name: 'Message Centre',
  action: 'pause_campaign',
  resource: '/v1/campaigns/cmp_1',
  request_id: `req-${number}`,
  source: '203.0.113.7',
  status: 200,
  problem: null,
  ...change,
});

describe('AuditLog', () => {
  it('shows people for what the Message Centre asked for them, programs for the rest, and names', async () => {
    const platform = (_: string, path: string) =>
      Promise.resolve({
        body: path.endsWith('audit')
          ? {
              items: [
                entry(3),
                entry(2, { actor: 'key_2', actor_name: 'Shop', status: 403, problem: 'missing-scope' }),
                entry(1, { actor: 'administrator', actor_name: 'administrator', resource: '/v1/api-keys' }),
              ],
              next: null,
            }
          : { items: [], next: null },
      });
    const asked: unknown[] = [];
    const call = (_: string, path: string, options: { query?: unknown }) => {
      asked.push(path);
      return Promise.resolve({
        body: path.startsWith('/activity')
          ? { items: [{ request_id: 'req-3', at: '2026-11-26T13:00:00Z', person: { name: 'Anna' } }], next: null }
          : { name: 'Winter catalogue', options },
      });
    };
    TestBed.configureTestingModule({
      providers: [provideRouter([]), { provide: Api, useValue: { platform, call } }],
    });
    await TestBed.inject(Texts).use('en');
    const fixture = TestBed.createComponent(AuditLog);
    await fixture.whenStable();
    const rows = [...(fixture.nativeElement as HTMLElement).querySelectorAll('[role=row]')].map((row) =>
      row.textContent.replace(/\s+/g, ' '),
    );
    expect(rows[1]).toContain('Anna');
    expect(rows[1]).toContain('Message Centre');
    expect(rows[1]).toContain('Winter catalogue');
    expect(rows[1]).not.toContain('cmp_1');
    expect(rows[2]).toContain('Shop');
    expect(rows[2]).toContain('Refused');
    expect(rows[3]).toContain('Deployment (AWS)');
    expect(asked.filter((path) => path === '/activity')).toHaveLength(1);
  });
});
