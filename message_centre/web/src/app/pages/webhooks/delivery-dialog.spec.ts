import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { MatDialog } from '@angular/material/dialog';
import { firstValueFrom } from 'rxjs';

import { Texts } from '@core/i18n/texts';
import { DeliveryDialog, OpenedDelivery } from './delivery-dialog';
import type { Delivery } from './webhook-state';

const ONE = '/api/v1/platform/webhooks/whk_1/deliveries/dlv_1';
const DELIVERY = {
  webhook_id: 'whk_1',
  delivery_id: 'dlv_1',
  event_id: 'evt_1',
  event_type: 'message.bounced',
  state: 'failed',
  attempts_made: 2,
} as unknown as Delivery;
const WHOLE = {
  ...DELIVERY,
  body: '{"type":"message.bounced"}',
  attempts: [
    { at: '2026-11-27T08:00:00Z', status: 503, error: null, milliseconds: 41, answer: '<b>busy</b>' },
    { at: '2026-11-27T08:01:00Z', status: null, error: 'timeout', milliseconds: 10_000, answer: null },
  ],
};

describe('DeliveryDialog', () => {
  let http: HttpTestingController;

  async function open(data: Partial<OpenedDelivery> = {}) {
    TestBed.configureTestingModule({ providers: [provideHttpClient(), provideHttpClientTesting()] });
    await TestBed.inject(Texts).use('en');
    http = TestBed.inject(HttpTestingController);
    const opened = TestBed.inject(MatDialog).open<DeliveryDialog, OpenedDelivery, boolean>(DeliveryDialog, {
      data: { delivery: DELIVERY, enabled: true, ...data },
    });
    const dialog = await vi.waitFor(() => {
      const found = document.querySelector<HTMLElement>('mat-dialog-container');
      if (!found) throw new Error('no dialog');
      return found;
    });
    const button = (name: string) =>
      [...dialog.querySelectorAll('button')].find((each) => each.textContent.trim() === name);
    const says = (text: string) =>
      vi.waitFor(() => {
        expect(dialog.textContent).toContain(text);
      });
    return { opened, dialog, button, says };
  }

  function answer(url: string) {
    return vi.waitFor(() => http.expectOne(url));
  }

  afterEach(() => {
    document.querySelectorAll('.cdk-overlay-container').forEach((each) => {
      each.replaceChildren();
    });
  });

  it('shows each attempt with what came back as text, and what is sent', async () => {
    const { dialog, says } = await open();
    (await answer(ONE)).flush(WHOLE);
    await says('503');
    expect(dialog.querySelectorAll('li')).toHaveLength(2);
    expect(dialog.querySelector('li pre')?.textContent).toBe('<b>busy</b>');
    await says(TestBed.inject(Texts).word('webhooks.errors', 'timeout'));
    await says('{\n  "type": "message.bounced"\n}');
  });

  it('delivers once however often it is pressed, and closes with that', async () => {
    const { opened, button, says } = await open();
    const closed = firstValueFrom(opened.afterClosed());
    (await answer(ONE)).flush(WHOLE);
    await says('503');
    button('Deliver again')?.click();
    const first = await answer(`${ONE}/redeliver`);
    first.flush({ type: 'https://x/problems/temporarily-unavailable' }, { status: 503, statusText: '' });
    await says('Wait a moment and try again.');
    button('Deliver again')?.click();
    const second = await answer(`${ONE}/redeliver`);
    const keys = [first, second].map(({ request }) => request.headers.get('Idempotency-Key'));
    expect(keys[0]).toBeTruthy();
    expect(keys[1]).toBe(keys[0]);
    second.flush({ ...DELIVERY, state: 'waiting' });
    expect(await closed).toBe(true);
  });

  it('offers nothing to do where nothing can be delivered, and loads again what could not be read', async () => {
    const { button, dialog, says } = await open({ enabled: false });
    (await answer(ONE)).flush({ type: 'https://x/problems/delivery-not-found' }, { status: 404, statusText: '' });
    await says('This is not there any more');
    button('Try again')?.click();
    (await answer(ONE)).flush({ ...WHOLE, attempts: [] });
    await says(TestBed.inject(Texts).t('webhooks.noAttempt'));
    expect(button('Deliver again')).toBeUndefined();
    expect(dialog.textContent).not.toContain('503');
  });
});
