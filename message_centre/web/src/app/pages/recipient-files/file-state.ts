import type { RecipientFile } from '@core/api/documents';
import type { Tone } from '@shared/chip';

export function fileTone(status: RecipientFile['status']): Tone {
  switch (status) {
    case 'ready':
      return 'good';
    case 'processing':
      return 'active';
    case 'awaiting_upload':
    case 'deleting':
      return 'waiting';
    case 'rejected':
    case 'failed':
      return 'bad';
    default:
      return 'neutral';
  }
}
