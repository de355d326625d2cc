import { TestBed } from '@angular/core/testing';

import { Api, CallOptions } from '@core/api/api';
import type { CentreSettings } from '@core/api/documents';
import { Problem } from '@core/api/problem';
import { Texts } from '@core/i18n/texts';
import { Session } from '@core/session';
import { Theme } from '@core/theme';
import SettingsPage from './settings-page';

describe('SettingsPage, when two administrators change the settings', () => {
  let server: CentreSettings & { revision: number };
  let sent: CallOptions[];

  async function open() {
    sent = [];
    server = {
      revision: 1,
      approval_from_recipients: 1000,
      default_from_address: null,
      default_from_name: null,
    } as typeof server;
    const etag = () => `"${server.revision}"`;
    const call = (method: string, path: string, options: CallOptions = {}) => {
      if (path === '/activity') {
        const entry = { action: 'change_settings', detail: null, person: { id: 'anna', name: 'Anna' } };
        return Promise.resolve({ body: { items: [entry], next: null } });
      }
      if (method === 'patch') {
        sent.push(options);
        if (options.ifMatch !== etag()) return Promise.reject(new Problem('stale-revision', '', 412, ''));
        server = { ...server, ...(options.body as object), revision: server.revision + 1 };
      }
      return Promise.resolve({ body: server, etag: etag() });
    };
    const person = { id: 'me', name: 'Mara', roles: ['admin'], time_zone: null };
    TestBed.configureTestingModule({
      providers: [
        { provide: Api, useValue: { call } },
        { provide: Theme, useValue: { choice: () => 'system' } },
        { provide: Session, useValue: { may: () => true, person: () => person } },
      ],
    });
    await TestBed.inject(Texts).use('en');
    const fixture = TestBed.createComponent(SettingsPage);
    await fixture.whenStable();
    const page = fixture.nativeElement as HTMLElement;
    const press = async (name: string) => {
      [...page.querySelectorAll('button')].find((each) => each.textContent.trim() === name)?.click();
      await fixture.whenStable();
    };
    const from = () => page.querySelector<HTMLInputElement>('input[type=number]');
    const ask = async (recipients: string) => {
      const field = from();
      if (field) field.value = recipients;
      await press(TestBed.inject(Texts).t('settings.save'));
    };
    return { page, press, ask, from };
  }

  it('asks whose shall be, and loses neither before', async () => {
    const { page, ask } = await open();
    server = { ...server, approval_from_recipients: 20, revision: 2 };
    await ask('500');
    expect(page.querySelector('mc-conflict')?.textContent).toContain('Anna');
    expect(server.approval_from_recipients).toBe(20);
    expect(sent.map(({ ifMatch }) => ifMatch)).toEqual(['"1"']);
  });

  it('writes the own values over the other ones when that is wanted', async () => {
    const { page, ask, press } = await open();
    server = { ...server, approval_from_recipients: 20, revision: 2 };
    await ask('500');
    await press(TestBed.inject(Texts).t('core.conflict.keep'));
    expect(page.querySelector('mc-conflict')).toBeNull();
    expect(server).toMatchObject({ approval_from_recipients: 500, revision: 3 });
    expect(sent.map(({ ifMatch }) => ifMatch)).toEqual(['"1"', '"2"']);
  });

  it('shows the other values when they are taken, also in fields that were typed into', async () => {
    const { page, ask, press, from } = await open();
    server = { ...server, approval_from_recipients: 20, revision: 2 };
    await ask('500');
    await press(TestBed.inject(Texts).t('core.conflict.take'));
    expect(page.querySelector('mc-conflict')).toBeNull();
    expect(from()?.value).toBe('20');
    expect(server).toMatchObject({ approval_from_recipients: 20, revision: 2 });
  });
});
