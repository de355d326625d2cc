import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';

import { Texts } from '@core/i18n/texts';
import WebhookPage from './webhook-page';

const WEBHOOK = {
  webhook_id: 'whk_1',
  name: 'CRM',
  url: 'https://crm.example.com/hook',
  events: ['message.bounced'],
  state: 'enabled',
  disabled_reason: null,
  disabled_at: null,
  delivered_at: null,
  failing_since: null,
  secret_made_at: '2026-11-01T08:00:00Z',
  previous_secret_until: null,
  created_at: '2026-11-01T08:00:00Z',
  created_by: 'key_1',
};
const ONE = '/api/v1/platform/webhooks/whk_1';
const wait = { state: 'waiting', webhook_id: 'whk_1', event_type: 'message.bounced', attempts_made: 2 };

describe('WebhookPage', () => {
  let http: HttpTestingController;

  async function open() {
    TestBed.configureTestingModule({
      providers: [provideHttpClient(), provideHttpClientTesting(), provideRouter([{ path: '**', children: [] }])],
    });
    await TestBed.inject(Texts).use('en');
    http = TestBed.inject(HttpTestingController);
    const fixture = TestBed.createComponent(WebhookPage);
    fixture.componentRef.setInput('id', 'whk_1');
    fixture.detectChanges();
    (await answer(ONE)).flush(WEBHOOK, { headers: { ETag: '"7"' } });
    await vi.waitFor(() => {
      fixture.detectChanges();
      http.expectOne((request) => request.url === `${ONE}/deliveries`).flush({ items: [], next: null });
    });
    const click = (name: string, within: ParentNode = fixture.nativeElement as HTMLElement) => {
      [...within.querySelectorAll('button')].find((each) => each.textContent.trim() === name)?.click();
    };
    return { fixture, page: fixture.nativeElement as HTMLElement, click };
  }

  function answer(url: string) {
    return vi.waitFor(() => http.expectOne((request) => request.url === url));
  }

  function dialog(): Promise<HTMLElement> {
    return vi.waitFor(() => {
      const found = document.querySelector<HTMLElement>('mat-dialog-container');
      if (!found) throw new Error('no dialog');
      return found;
    });
  }

  it('removes it only after saying how many events are lost, and not when it changed meanwhile', async () => {
    const { fixture, page, click } = await open();
    expect(page.textContent).toContain('A mail bounces');
    click('Remove');
    const asked = await answer(`${ONE}/deliveries`);
    expect(asked.request.params.get('state')).toBe('waiting');
    asked.flush({ items: Array.from({ length: 3 }, (_, index) => ({ ...wait, delivery_id: `${index}` })), next: null });
    const question = await dialog();
    await vi.waitFor(() => {
      expect(question.textContent).toContain('3 events that still wait are not delivered.');
    });
    click('Remove', question);
    const removal = await answer(ONE);
    expect(removal.request.method).toBe('DELETE');
    expect(removal.request.headers.get('If-Match')).toBe('"7"');
    removal.flush({ title: 'Changed meanwhile', type: 'stale-revision' }, { status: 412, statusText: '' });
    await vi.waitFor(() => {
      expect(question.textContent).toContain('Somebody else changed this meanwhile');
    });
    click('Back', question);
    (await answer(ONE)).flush({ ...WEBHOOK, name: 'CRM, renamed' }, { headers: { ETag: '"8"' } });
    await vi.waitFor(() => {
      fixture.detectChanges();
      expect(page.textContent).toContain('CRM, renamed');
    });
  });

  it('shows a new secret once', async () => {
    const { click } = await open();
    click('New secret');
    const question = await dialog();
    await vi.waitFor(() => {
      expect(question.textContent).toContain('New secret for “CRM”?');
    });
    click('New secret', question);
    const rotation = await answer(`${ONE}/rotate-secret`);
    expect(rotation.request.headers.get('Idempotency-Key')).toBeTruthy();
    rotation.flush({ ...WEBHOOK, secret: 'whsec_once' });
    await vi.waitFor(() => {
      expect(document.body.textContent).toContain('whsec_once');
    });
  });

  afterEach(() => {
    document.querySelectorAll('.cdk-overlay-container').forEach((each) => {
      each.replaceChildren();
    });
  });
});
