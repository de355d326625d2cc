import type { MessageStatus } from '@core/api/documents';
import type { Tone } from './chip';

const TONES: Record<MessageStatus, Tone> = {
  pending: 'neutral',
  accepted: 'waiting',
  delivered: 'good',
  bounced: 'bad',
  complained: 'bad',
  rejected: 'bad',
  skipped: 'neutral',
  failed: 'bad',
  unknown: 'warning',
};

/** Every status of a message, in the order of its life. */
export const STATUSES = Object.keys(TONES) as MessageStatus[];

/** The colour of a message's status; one that is newer than this page is neutral. */
export function messageTone(status: MessageStatus): Tone {
  return (TONES as Partial<Record<string, Tone>>)[status] ?? 'neutral';
}
