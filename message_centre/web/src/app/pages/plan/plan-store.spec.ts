import { TestBed } from '@angular/core/testing';

import { Api, CallOptions } from '@core/api/api';
import type { Plan } from '@core/api/documents';
import { Problem } from '@core/api/problem';
import { Session } from '@core/session';
import { PlanStore } from './plan-store';

const ME = { id: 'me', name: 'Mara' };
const ANNA = { id: 'anna', name: 'Anna' };

function plan(revision: number, change: object = {}): Plan {
  return {
    plan_id: 'pln_1',
    revision,
    name: 'Spring',
    status: 'editing',
    updated_by: ME,
    audience: { file_id: null },
    content: { template_id: null, version: null, html: null, text: null },
    settings: { subject: 'News', preheader: null },
    timing: { kind: 'now', local_time: null, time_zone: null },
    approval: null,
    preflight: null,
    ...change,
  } as unknown as Plan;
}

describe('PlanStore, when two people change one plan', () => {
  let server: Plan;
  const sent: { body: unknown; ifMatch: unknown }[] = [];

  async function open(): Promise<PlanStore> {
    sent.length = 0;
    server = plan(1);
    const call = (method: string, _: string, { body, ifMatch }: CallOptions) => {
      if (method === 'get') return Promise.resolve({ body: server });
      sent.push({ body, ifMatch });
      if (ifMatch !== `"${server.revision}"`) {
        return Promise.reject(new Problem('stale-revision', 'Precondition Failed', 412, ''));
      }
      if (method === 'delete') return Promise.resolve({ body: null });
      const { settings, ...rest } = body as Partial<Plan>;
      const settled = { ...server.settings, ...settings };
      server = { ...server, ...rest, settings: settled, revision: server.revision + 1, updated_by: ME };
      return Promise.resolve({ body: server });
    };
    TestBed.configureTestingModule({
      providers: [
        PlanStore,
        { provide: Api, useValue: { call } },
        { provide: Session, useValue: { may: () => true, person: () => ME } },
      ],
    });
    const store = TestBed.inject(PlanStore);
    await store.load('pln_1');
    return store;
  }

  function anna(change: object): void {
    server = { ...server, ...change, revision: server.revision + 10, updated_by: ANNA };
  }

  afterEach(() => {
    sessionStorage.clear();
    localStorage.clear();
  });

  it('keeps both changes where they touch different things, and says what the other one changed', async () => {
    const store = await open();
    anna({ name: 'Summer' });
    store.edit({ settings: { subject: 'Hello' } });
    await store.flush();
    expect(store.plan()?.name).toBe('Summer');
    expect(store.plan()?.settings.subject).toBe('Hello');
    expect(store.conflict()).toBeNull();
    expect(store.meanwhile()).toEqual({ person: 'Anna', paths: ['name'] });
  });

  it.each([true, false])(
    'asks whose counts where both changed the same, and loses neither before (mine: %s)',
    async (mine) => {
      const store = await open();
      anna({ settings: { ...server.settings, subject: 'Sale' }, name: 'Summer' });
      store.edit({ settings: { subject: 'Hello' } });
      await expect(store.flush()).rejects.toMatchObject({ type: 'stale-revision' });
      expect(store.conflict()).toMatchObject({ paths: ['settings/subject'], theirs: { updated_by: ANNA } });
      expect(store.plan()?.settings.subject).toBe('Hello');
      expect(server.settings.subject).toBe('Sale');
      await store.settle(mine);
      expect(store.conflict()).toBeNull();
      expect(server.settings.subject).toBe(mine ? 'Hello' : 'Sale');
      expect(store.plan()?.settings.subject).toBe(mine ? 'Hello' : 'Sale');
      expect(store.plan()?.name).toBe('Summer');
    },
  );

  it('does not delete what somebody else has just changed: it shows that first', async () => {
    const store = await open();
    anna({ settings: { ...server.settings, subject: 'Sale' } });
    await expect(store.remove()).rejects.toMatchObject({ type: 'stale-revision' });
    expect(store.plan()?.settings.subject).toBe('Sale');
    expect(store.meanwhile()).toEqual({ person: 'Anna', paths: ['settings/subject'] });
    await store.remove();
    expect(sent.map(({ ifMatch }) => ifMatch)).toEqual(['"1"', '"11"']);
  });

  it('does not approve what has changed since it was shown: it shows the newest state instead', async () => {
    const store = await open();
    anna({ settings: { ...server.settings, subject: 'Sale' } });
    await expect(store.act('approve', { comment: null })).rejects.toMatchObject({ status: 412 });
    expect(sent).toHaveLength(1);
    expect(store.plan()?.settings.subject).toBe('Sale');
    expect(store.meanwhile()).toEqual({ person: 'Anna', paths: ['settings/subject'] });
  });
});
