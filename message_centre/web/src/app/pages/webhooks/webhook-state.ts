import type { Answer } from '@core/api/api';
import type { TextKey, Texts } from '@core/i18n/texts';
import type { Tone } from '@shared/chip';

export type Webhook = Answer<'/v1/webhooks/{webhook_id}', 'get'>;
export type Delivery = Answer<'/v1/webhooks/{webhook_id}/deliveries', 'get'>['items'][number];
export type Attempt = Answer<'/v1/webhooks/{webhook_id}/deliveries/{delivery_id}', 'get'>['attempts'][number];
type Condition = 'enabled' | 'failing' | Exclude<Webhook['disabled_reason'], null>;

const TONES: Record<Condition, Tone> = {
  enabled: 'good',
  failing: 'warning',
  asked: 'neutral',
  gone: 'bad',
};
export const DELIVERY_TONES: Record<Delivery['state'], Tone> = { waiting: 'waiting', delivered: 'good', failed: 'bad' };

/** How an endpoint is doing, in one word: whether it is disabled, and why, or whether it answers. */
export function conditionOf(webhook: Webhook): { text: TextKey; tone: Tone } {
  if (webhook.state === 'disabled') {
    const reason = webhook.disabled_reason ?? 'asked';
    return reason === 'failing'
      ? { text: 'webhooks.conditions.gaveUp', tone: 'bad' }
      : { text: `webhooks.conditions.${reason}`, tone: TONES[reason] };
  }
  const condition = webhook.failing_since ? 'failing' : 'enabled';
  return { text: `webhooks.conditions.${condition}`, tone: TONES[condition] };
}

/** What an endpoint answered last, such as "200" or "No answer in time"; a dash before the first attempt. */
export function answerOf({ status, error }: { status: number | null; error: Attempt['error'] }, texts: Texts): string {
  if (status !== null) {
    return String(status);
  }
  return error ? texts.word('webhooks.errors', error) : '–';
}
