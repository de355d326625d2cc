import { TestBed } from '@angular/core/testing';

import { Texts } from '@core/i18n/texts';
import { Webhook, answerOf, conditionOf } from './webhook-state';

const webhook = (change: Partial<Webhook>): Webhook => ({
  webhook_id: 'whk_1',
  name: 'CRM',
  url: 'https://crm.example.com/hook',
  events: null,
  state: 'enabled',
  disabled_reason: null,
  disabled_at: null,
  delivered_at: null,
  failing_since: null,
  secret_made_at: null,
  previous_secret_until: null,
  created_at: null,
  created_by: 'key_1',
  ...change,
});

describe('the condition of a webhook', () => {
  it('is good while it answers, and a warning when it does not', () => {
    expect(conditionOf(webhook({})).tone).toBe('good');
    expect(conditionOf(webhook({ failing_since: '2026-11-20T08:00:00Z' })).tone).toBe('warning');
  });

  it('says why it is off, whatever it answered before', () => {
    const off = (disabled_reason: Webhook['disabled_reason']) =>
      conditionOf(webhook({ state: 'disabled', disabled_reason, failing_since: '2026-11-20T08:00:00Z' }));
    expect(off('asked')).toEqual({ text: 'webhooks.conditions.asked', tone: 'neutral' });
    expect(off('gone')).toEqual({ text: 'webhooks.conditions.gone', tone: 'bad' });
    expect(off('failing')).toEqual({ text: 'webhooks.conditions.gaveUp', tone: 'bad' });
  });
});

describe('the answer of an endpoint', () => {
  it('is its status, else why there was none', async () => {
    const texts = TestBed.inject(Texts);
    await texts.use('en');
    expect(answerOf({ status: 503, error: null }, texts)).toBe('503');
    expect(answerOf({ status: null, error: 'timeout' }, texts)).toBe('No answer in time');
    expect(answerOf({ status: null, error: null }, texts)).toBe('–');
  });
});
