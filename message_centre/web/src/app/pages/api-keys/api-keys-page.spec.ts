import { TestBed } from '@angular/core/testing';

import { Api } from '@core/api/api';
import { Texts } from '@core/i18n/texts';
import ApiKeysPage from './api-keys-page';

const key = (key_id: string, name: string, last_used_at: string | null) => ({
  key_id,
  name,
  scopes: ['read'],
  state: 'active',
  last_used_at,
  expires_at: null,
});

describe('ApiKeysPage', () => {
  it('offers nothing for its own key, and revokes one in use only for who types its name', async () => {
    const revoked: unknown[] = [];
    const platform = (method: string, _: string, options: { path?: unknown }) => {
      if (method === 'post') revoked.push(options.path);
      const now = new Date().toISOString();
      return Promise.resolve({ body: { items: [key('key_1', 'Centre', now), key('key_2', 'Shop', now)], next: null } });
    };
    const call = () => Promise.resolve({ body: { key_id: 'key_1' } });
    TestBed.configureTestingModule({ providers: [{ provide: Api, useValue: { platform, call } }] });
    await TestBed.inject(Texts).use('en');
    const fixture = TestBed.createComponent(ApiKeysPage);
    await fixture.whenStable();
    const page = fixture.nativeElement as HTMLElement;
    expect(page.querySelector('[aria-label="Revoke Centre"]')).toBeNull();
    expect(page.textContent).toContain('Used here');
    page.querySelector<HTMLButtonElement>('[aria-label="Revoke Shop"]')?.click();
    const dialog = await vi.waitFor(() => {
      const found = document.querySelector<HTMLElement>('mat-dialog-container');
      if (!found?.textContent.includes('It is in use')) throw new Error('no dialog');
      return found;
    });
    const go = [...dialog.querySelectorAll('button')].find((each) => each.textContent.trim() === 'Revoke');
    expect(go?.disabled).toBe(true);
    const field = dialog.querySelector('input');
    if (!field) throw new Error('no field');
    field.value = 'Shop';
    field.dispatchEvent(new Event('input'));
    await vi.waitFor(() => {
      expect(go?.disabled).toBe(false);
    });
    go?.click();
    await vi.waitFor(() => {
      expect(revoked).toEqual([{ key_id: 'key_2' }]);
    });
  });
});
